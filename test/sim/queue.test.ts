import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../lib/random.js";
import { EventQueue } from "../../lib/sim/queue.js";

/** The obvious queue, to hold the fast one against. */
class SortedArray {
  readonly #events: { time: number; sequence: number }[] = [];

  get length(): number {
    return this.#events.length;
  }

  push(time: number, sequence: number): void {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.#events[middle]!;
      if (event.time < time || (event.time === time && event.sequence < sequence)) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { time, sequence });
  }

  pop(): { time: number; sequence: number } {
    return this.#events.shift()!;
  }
}

function popBoth(queue: EventQueue, model: SortedArray): void {
  const expected = model.pop();
  expect(queue.nextTime).toBe(expected.time);
  const peeked = queue.peek();
  const slot = queue.pop();
  expect(slot).toBe(peeked);
  expect([queue.timeOf(slot), queue.sequenceOf(slot)]).toEqual([expected.time, expected.sequence]);
}

function drainBoth(queue: EventQueue, model: SortedArray): void {
  while (model.length > 0) {
    expect(queue.length).toBe(model.length);
    popBoth(queue, model);
  }
  expect(queue.length).toBe(0);
  expect(queue.nextTime).toBe(Infinity);
}

const ulpAbove = (time: number) => {
  const bits = new BigInt64Array(1);
  const value = new Float64Array(bits.buffer);
  value[0] = time;
  bits[0] = bits[0]! + 1n;
  return value[0]!;
};

/** Times of every kind that a run may bring: ties, neighbours one ulp apart, tight clusters, far outliers. */
const delay = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 8 }) },
  { weight: 3, arbitrary: fc.double({ min: 0, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e-300, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e300, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1e-9, 1000, 1e12, 1e300) },
);
type Step =
  | { readonly kind: "push"; readonly delay: number; readonly many: number; readonly spread: number }
  | { readonly kind: "older"; readonly delay: number }
  | { readonly kind: "ulp"; readonly delay: number }
  | { readonly kind: "pop"; readonly many: number };
const steps = fc.array(fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("push" as const), delay, many: fc.integer({ min: 1, max: 120 }), spread: fc.constantFrom(0, 0, 1e-12, 0.1, 50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("older" as const), delay }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("ulp" as const), delay }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pop" as const), many: fc.integer({ min: 1, max: 150 }) }) },
), { minLength: 1, maxLength: 40 });

function likeASortedArray(actions: readonly Step[]): void {
  const queue = new EventQueue();
  const model = new SortedArray();
  let now = 0;
  // New events get even numbers; odd ones are put in later, as a timer that moves on keeps the place of its setting.
  let sequence = 0;
  const add = (time: number, number: number) => {
    queue.push(time, number);
    model.push(time, number);
  };
  for (const action of actions) {
    if (action.kind === "push") for (let i = 0; i < action.many; i++) add(now + action.delay + i * action.spread, (sequence += 2));
    else if (action.kind === "older") add(now + action.delay, (sequence += 2) - 1 - 2 * Math.floor(sequence / 4));
    else if (action.kind === "ulp") {
      const time = now + action.delay;
      add(ulpAbove(time), (sequence += 2));
      add(time, (sequence += 2));
    } else {
      for (let i = 0; i < action.many && model.length > 0; i++) {
        const next = queue.nextTime;
        popBoth(queue, model);
        if (next < 1e200) now = next;
      }
    }
  }
  drainBoth(queue, model);
}

describe("the event queue", () => {
  it("pops in exact (time, sequence) order whatever is pushed and popped between", () => {
    fc.assert(fc.property(steps, likeASortedArray), { seed: 1, numRuns: 300 });
  });

  it("keeps the order of scheduling among events at one time", () => {
    const queue = new EventQueue();
    for (let i = 0; i < 10_000; i++) queue.push(5, i);
    for (let i = 0; i < 10_000; i++) expect(queue.sequenceOf(queue.pop())).toBe(i);
  });

  it("puts an older sequence number before newer ones of the same time", () => {
    const queue = new EventQueue();
    for (const sequence of [10, 30, 20, 5, 40]) queue.push(7, sequence);
    const order = Array.from({ length: 5 }, () => queue.sequenceOf(queue.pop()));
    expect(order).toEqual([5, 10, 20, 30, 40]);
  });

  it("tells times apart that differ by one ulp, in crowds", () => {
    const queue = new EventQueue();
    const model = new SortedArray();
    let time = 1000;
    for (let i = 0; i < 3000; i++) {
      if (i % 50 === 49) time = ulpAbove(time);
      const sequence = (i * 7919) % 3000;
      queue.push(time, sequence);
      model.push(time, sequence);
    }
    drainBoth(queue, model);
  });

  it("refuses an event at no finite time: +∞ has no place in a rung of equal spans", () => {
    for (const time of [Infinity, -Infinity, NaN]) expect(() => new EventQueue().push(time, 0)).toThrow(`expected a finite time for an event, not ${time}`);
  });

  it("keeps events as far off as numbers reach behind all others, however dense those are", () => {
    for (const outlier of [1e9, 1e15, 1e300, Number.MAX_VALUE]) {
      const queue = new EventQueue();
      queue.push(outlier, 0);
      for (let i = 0; i < 500; i++) queue.push(1 + i / 1048576, 1 + i);
      const order = Array.from({ length: 501 }, () => queue.sequenceOf(queue.pop()));
      expect(order).toEqual([...Array.from({ length: 500 }, (_, i) => 1 + i), 0]);
    }
  });

  it("sorts a million events and then holds a million pending through a million more", () => {
    const queue = new EventQueue();
    const random = createRandom(1);
    const n = 1_000_000;
    let sequence = 0;
    for (let i = 0; i < n; i++) queue.push(Math.floor(random() * 1e6) / 4, sequence++);
    let time = -1;
    let before = -1;
    let wrong = 0;
    for (let i = 0; i < 2 * n; i++) {
      const slot = queue.pop();
      const t = queue.timeOf(slot);
      const s = queue.sequenceOf(slot);
      if (t < time || (t === time && s < before)) wrong++;
      time = t;
      before = s;
      if (i < n) queue.push(t + Math.floor(random() * 4e5) / 4, sequence++);
    }
    expect(wrong).toBe(0);
    expect(queue.length).toBe(0);
  });

  it("hands a slot out again only after it was popped", () => {
    const queue = new EventQueue();
    const random = createRandom(2);
    const pending = new Set<number>();
    for (let i = 0; i < 20_000; i++) {
      if (pending.size === 0 || random() < 0.55) {
        const slot = queue.push(random() * 100, i);
        expect(pending.has(slot)).toBe(false);
        pending.add(slot);
      } else pending.delete(queue.pop());
    }
    expect(queue.length).toBe(pending.size);
  });
});
