import { grown } from "../../sim/grown.js";
import { EventQueue } from "../../sim/queue.js";

/**
 * What is to happen, in order of time, and at one time in the order in which it was scheduled. An event is a kind and two
 * integers, whose meaning is its owner's. The next few are at hand, sorted; those that happen later wait in an
 * `EventQueue`. Servers have few requests as a rule, and then everything is at hand.
 *
 * Times and what was taken are properties: a number with a fraction that a function takes or returns may become an object.
 */
export class Agenda {
  /** When the next event happens, ms; +∞: there is none. */
  next = Infinity;
  /** The event that was taken last. */
  kind = 0;
  first = 0;
  second = 0;
  readonly #until: number;
  #sequence = 0;
  /** What is at hand, from `#head` to `#tail`: a ring, whose places are these two numbers modulo its length. By place: when; sequence number, kind, first, second. */
  readonly #times = new Float64Array(AT_HAND);
  readonly #events = new Int32Array(4 * AT_HAND);
  #head = 0;
  #tail = 0;
  /** All that happens before this is at hand; nothing that is scheduled now for this time or later will be. */
  #horizon = Infinity;
  readonly #later = new EventQueue();
  /** Kind, first and second of what is later, by the queue's slots. */
  #laterEvents: Int32Array = new Int32Array(3 * 64);

  /** What would happen after `until`, ms, is left out. */
  constructor(until: number) {
    this.#until = until;
  }

  /** Notes what is to happen at a time, ms, which must not be before that of an event that was taken. */
  schedule(time: number, kind: number, first: number, second: number): void {
    if (!(time <= this.#until)) return;
    const sequence = this.#sequence++;
    if (this.#tail - this.#head === AT_HAND) this.#makeRoom();
    if (time >= this.#horizon) return this.#putOff(time, sequence, kind, first, second);
    const times = this.#times;
    const events = this.#events;
    const head = this.#head;
    let place = this.#tail++;
    let at = place & RING;
    while (place > head) {
      const before = (place - 1) & RING;
      if (times[before]! <= time) break;
      times[at] = times[before]!;
      events[4 * at] = events[4 * before]!;
      events[4 * at + 1] = events[4 * before + 1]!;
      events[4 * at + 2] = events[4 * before + 2]!;
      events[4 * at + 3] = events[4 * before + 3]!;
      at = before;
      place--;
    }
    times[at] = time;
    events[4 * at] = sequence;
    events[4 * at + 1] = kind;
    events[4 * at + 2] = first;
    events[4 * at + 3] = second;
    if (place === head) this.next = time;
  }

  /** Takes the next event, of which there must be one. */
  take(): void {
    const at = this.#head++ & RING;
    this.kind = this.#events[4 * at + 1]!;
    this.first = this.#events[4 * at + 2]!;
    this.second = this.#events[4 * at + 3]!;
    if (this.#head === this.#tail && this.#later.length > 0) this.#refill();
    this.next = this.#head === this.#tail ? Infinity : this.#times[this.#head & RING]!;
  }

  #putOff(time: number, sequence: number, kind: number, first: number, second: number): void {
    const place = 3 * this.#later.push(time, sequence);
    if (place === this.#laterEvents.length) this.#laterEvents = grown(this.#laterEvents);
    this.#laterEvents[place] = kind;
    this.#laterEvents[place + 1] = first;
    this.#laterEvents[place + 2] = second;
  }

  /** Puts off the later half of what is at hand. */
  #makeRoom(): void {
    for (let i = 0; i < AT_HAND / 2; i++) {
      const at = --this.#tail & RING;
      this.#horizon = this.#times[at]!;
      this.#putOff(this.#horizon, this.#events[4 * at]!, this.#events[4 * at + 1]!, this.#events[4 * at + 2]!, this.#events[4 * at + 3]!);
    }
  }

  /** Takes half of what can be at hand from what is later. */
  #refill(): void {
    const later = this.#later;
    while (later.length > 0 && this.#tail - this.#head < AT_HAND / 2) {
      const slot = later.pop();
      const at = this.#tail++ & RING;
      this.#times[at] = later.timeOf(slot);
      this.#events[4 * at] = later.sequenceOf(slot);
      for (let i = 0; i < 3; i++) this.#events[4 * at + 1 + i] = this.#laterEvents[3 * slot + i]!;
    }
    this.#horizon = later.nextTime;
  }
}

/** How many events can be at hand, a power of two: few enough to sort in by shifting. */
const AT_HAND = 64;
const RING = AT_HAND - 1;
