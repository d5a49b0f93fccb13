import { grown } from "./grown.js";
import { smallFloat64Array, smallInt32Array } from "./slab.js";

/**
 * A priority queue in exact (time, sequence) order: of two events at one time the one with the smaller sequence number
 * leaves first. The queue hands out *slots*, small integers under which its owner keeps what is to happen.
 *
 * A ladder queue (Tang, Goh and Thng, ACM TOMACS 15(3), 2005): the next few events stand sorted at the bottom, later
 * ones unsorted in the buckets of rungs, the latest unsorted on top; each event is moved down a constant number of
 * times. Few events never leave the bottom.
 */
export class EventQueue {
  /** How many events are pending. */
  length = 0;

  /** Time and sequence number of a slot, side by side. */
  #keys: Float64Array = smallFloat64Array(128);
  /** The next slot of the same bucket, or of the list of free slots. */
  #next: Int32Array = smallInt32Array(64);
  #free = -1;
  #used = 0;

  /** Slots in ascending order, from `#head` to `#tail`: a ring, whose places are these two numbers modulo its length. */
  #bottom: Int32Array = smallInt32Array(64);
  #head = 0;
  #tail = 0;
  /** Coarse to fine; the first `#depth` are in use. */
  #rungs: Rung[] = [];
  #depth = 0;
  /** Events later than `#topStart` wait here, the first `#topCount` in use. */
  #top: Int32Array = none;
  #topCount = 0;
  #topStart = Infinity;
  #topMin = Infinity;
  #topMax = -Infinity;

  /** Time of the next event; +∞ if there is none. */
  get nextTime(): number {
    if (this.length === 0) return Infinity;
    return this.#keys[2 * this.peek()]!;
  }

  /** The slot of the next event, which stays. Call only while `length` > 0. */
  peek(): number {
    if (this.#head === this.#tail) this.#refill();
    return this.#bottom[this.#head & (this.#bottom.length - 1)]!;
  }

  /** Time of the event in a slot, also just after it was popped. */
  timeOf(slot: number): number {
    return this.#keys[2 * slot]!;
  }

  /** Sequence number of the event in a slot, also just after it was popped. */
  sequenceOf(slot: number): number {
    return this.#keys[2 * slot + 1]!;
  }

  /**
   * Adds an event and returns its slot. No two pending events may share both time and sequence number. Throws a
   * `RangeError` unless the time is finite.
   */
  push(time: number, sequence: number): number {
    if (!(time - time === 0)) throw new RangeError(`expected a finite time for an event, not ${time}`);
    let slot = this.#free;
    if (slot >= 0) this.#free = this.#next[slot]!;
    else {
      slot = this.#used++;
      if (slot === this.#next.length) {
        this.#next = grown(this.#next);
        this.#keys = grown(this.#keys);
      }
    }
    this.#keys[2 * slot] = time;
    this.#keys[2 * slot + 1] = sequence;
    this.length++;
    if (time > this.#topStart) {
      if (this.#topCount === this.#top.length) this.#top = this.#topCount === 0 ? new Int32Array(64) : grown(this.#top);
      this.#top[this.#topCount++] = slot;
      if (time < this.#topMin) this.#topMin = time;
      if (time > this.#topMax) this.#topMax = time;
    } else if (this.#depth === 0 || !this.#pushToRung(slot, time)) this.#pushToBottom(slot, time, sequence);
    return slot;
  }

  /** Removes the next event and returns its slot, which the next `push` may hand out again. Call only while `length` > 0. */
  pop(): number {
    if (this.#head === this.#tail) this.#refill();
    const slot = this.#bottom[this.#head++ & (this.#bottom.length - 1)]!;
    this.#next[slot] = this.#free;
    this.#free = slot;
    if (--this.length === 0) {
      this.#topStart = Infinity;
      this.#depth = 0;
      this.#head = this.#tail = 0;
    }
    return slot;
  }

  #pushToRung(slot: number, time: number): boolean {
    for (let i = 0; i < this.#depth; i++) {
      const rung = this.#rungs[i]!;
      const bucket = bucketOf(rung, time);
      if (bucket >= rung.current) {
        this.#putInBucket(rung, bucket, slot);
        rung.count++;
        return true;
      }
    }
    return false;
  }

  #pushToBottom(slot: number, time: number, sequence: number): void {
    if (this.#tail - this.#head === this.#bottom.length) this.#makeRoom();
    const bottom = this.#bottom;
    const ring = bottom.length - 1;
    const keys = this.#keys;
    const head = this.#head;
    let place = this.#tail++;
    while (place > head) {
      const before = bottom[(place - 1) & ring]!;
      const timeBefore = keys[2 * before]!;
      if (timeBefore < time || (timeBefore === time && keys[2 * before + 1]! < sequence)) break;
      bottom[place-- & ring] = before;
    }
    bottom[place & ring] = slot;
    if (this.#tail - head > BOTTOM) this.#spill();
  }

  /** The bottom has grown too long to insert into: turn it into a rung, unless all its events are at one time. */
  #spill(): void {
    const ring = this.#bottom.length - 1;
    const first = this.#keys[2 * this.#bottom[this.#head & ring]!]!;
    const last = this.#keys[2 * this.#bottom[(this.#tail - 1) & ring]!]!;
    // Asked at every push of a burst: before anything is copied.
    if (first === last || !this.#addRung(this.#inOrder(), first, last)) return;
    if (this.#topStart === Infinity) this.#topStart = last;
    this.#head = this.#tail = 0;
    this.#refill();
  }

  /** Moves the earliest buckets, or the top, to the empty bottom. */
  #refill(): void {
    for (;;) {
      if (this.#depth === 0) {
        const slots = this.#top.subarray(0, this.#topCount);
        const min = this.#topMin;
        const max = this.#topMax;
        this.#topCount = 0;
        this.#topMin = Infinity;
        this.#topMax = -Infinity;
        const small = slots.length <= BOTTOM;
        this.#topStart = small ? Infinity : max;
        if (!small && this.#addRung(slots, min, max)) continue;
        return this.#sortIntoBottom(slots);
      }
      const rung = this.#rungs[this.#depth - 1]!;
      if (rung.count === 0) {
        this.#depth--;
        continue;
      }
      const slots = this.#takeBuckets(rung);
      if (slots.length > BOTTOM) {
        let min = Infinity;
        let max = -Infinity;
        for (const slot of slots) {
          const time = this.#keys[2 * slot]!;
          if (time < min) min = time;
          if (time > max) max = time;
        }
        if (this.#addRung(slots, min, max)) continue;
      }
      return this.#sortIntoBottom(slots);
    }
  }

  /** Spreads slots over a new, finer rung; false if their times are too close to tell apart. */
  #addRung(slots: Int32Array, min: number, max: number): boolean {
    const buckets = SPREAD * slots.length;
    const width = (max - min) / buckets;
    if (!(width > 0) || min + width === min || this.#depth === DEEPEST) return false;
    const rung = (this.#rungs[this.#depth++] ??= { start: 0, width: 0, last: 0, current: 0, count: 0, heads: new Int32Array(0) });
    if (rung.heads.length < buckets) rung.heads = new Int32Array(2 * buckets);
    rung.heads.fill(EMPTY, 0, buckets);
    rung.start = min;
    rung.width = width;
    rung.last = buckets - 1;
    rung.current = 0;
    rung.count = slots.length;
    for (const slot of slots) this.#putInBucket(rung, bucketOf(rung, this.#keys[2 * slot]!), slot);
    return true;
  }

  #putInBucket(rung: Rung, bucket: number, slot: number): void {
    const head = rung.heads[bucket]!;
    this.#next[slot] = head < EMPTY ? listOf(head) : head;
    rung.heads[bucket] = head === EMPTY ? slot : listOf(slot);
  }

  /**
   * Empties the earliest buckets until they gave a batch, and closes them. The slots come bucket by bucket, within a
   * bucket oldest first, in a scratch array that lasts until the next call.
   */
  #takeBuckets(rung: Rung): Int32Array {
    if (this.#scratch.length < rung.count) this.#scratch = new Int32Array(2 * rung.count);
    const scratch = this.#scratch;
    const wanted = rung.count < BATCH ? rung.count : BATCH;
    let bucket = rung.current;
    let count = 0;
    while (count < wanted) {
      const head = rung.heads[bucket++]!;
      if (head >= 0) scratch[count++] = head;
      else if (head < EMPTY) {
        const first = count;
        for (let slot = listOf(head); slot >= 0; slot = this.#next[slot]!) scratch[count++] = slot;
        for (let i = first, j = count - 1; i < j; i++, j--) {
          const newer = scratch[i]!;
          scratch[i] = scratch[j]!;
          scratch[j] = newer;
        }
      }
    }
    rung.current = bucket;
    rung.count -= count;
    return scratch.subarray(0, count);
  }
  #scratch: Int32Array = none;

  #sortIntoBottom(slots: Int32Array): void {
    this.#head = this.#tail = 0;
    const count = slots.length;
    while (count > this.#bottom.length) this.#bottom = grown(this.#bottom);
    const keys = this.#keys;
    const before = (a: number, b: number) => keys[2 * a]! < keys[2 * b]! || (keys[2 * a]! === keys[2 * b]! && keys[2 * a + 1]! < keys[2 * b + 1]!);
    let sorted = true;
    for (let i = 1; i < count && sorted; i++) sorted = before(slots[i - 1]!, slots[i]!);
    if (!sorted && count > BOTTOM) slots.sort((a, b) => keys[2 * a]! - keys[2 * b]! || keys[2 * a + 1]! - keys[2 * b + 1]!);
    else if (!sorted) {
      for (let i = 1; i < count; i++) {
        const slot = slots[i]!;
        let place = i;
        while (place > 0 && before(slot, slots[place - 1]!)) {
          slots[place] = slots[place - 1]!;
          place--;
        }
        slots[place] = slot;
      }
    }
    this.#bottom.set(slots);
    this.#tail = count;
  }

  /** The slots of the bottom, as an array of their own. */
  #inOrder(): Int32Array {
    const slots = new Int32Array(this.#tail - this.#head);
    for (let i = 0; i < slots.length; i++) slots[i] = this.#bottom[(this.#head + i) & (this.#bottom.length - 1)]!;
    return slots;
  }

  #makeRoom(): void {
    const slots = this.#inOrder();
    this.#bottom = new Int32Array(2 * slots.length);
    this.#bottom.set(slots);
    this.#head = 0;
    this.#tail = slots.length;
  }
}

/** Equal spans of time. Buckets before `current` are empty and closed. */
interface Rung {
  start: number;
  width: number;
  last: number;
  current: number;
  count: number;
  /**
   * What each bucket holds: nothing (`EMPTY`), one slot (its number), or a linked list that begins with a slot
   * (`listOf` of it). That a single slot is told apart without looking at it lets the processor fetch many at once.
   */
  heads: Int32Array;
}

const EMPTY = -1;
/** The head of a list that begins with this slot, and the slot of such a head. */
const listOf = (slot: number) => -2 - slot;

function bucketOf(rung: Rung, time: number): number {
  const bucket = Math.floor((time - rung.start) / rung.width);
  return bucket < rung.last ? bucket : rung.last;
}

/** Beyond this many events the bottom is split: long enough to be rare, short enough to insert by shifting. */
const BOTTOM = 48;
const DEEPEST = 10;
/** Buckets an event in a new rung: most then hold one event or none, and those of a million cost one miss of the cache each. */
const SPREAD = 4;
/** Events taken from buckets at a time. */
const BATCH = 32;
const none: Int32Array = new Int32Array(0);
