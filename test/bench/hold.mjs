import TinyQueue from "tinyqueue";
import { each } from "./measure.mjs";

/** Increments of a hold: exponential, drawn once so that drawing them costs nothing. */
export const increments = Float64Array.from({ length: 1 << 16 }, (_, i) => -Math.log(1 - ((Math.imul(i + 1, 0x9e3779b1) >>> 0) + 0.5) / 4294967296));

/** A tinyqueue with exact (time, sequence) order and `pending` events; returns a function that times holds, ns each. */
export function tinyqueueHolds(pending) {
  let sequence = 0;
  const queue = new TinyQueue([], (a, b) => a.time - b.time || a.sequence - b.sequence);
  for (let i = 0; i < pending; i++) queue.push({ time: increments[i & 65535] * (1 + i / pending), sequence: sequence++ });
  return (count) =>
    each(count, () => {
      const steps = increments;
      for (let i = 0; i < count; i++) {
        const { time } = queue.pop();
        queue.push({ time: time + steps[i & 65535], sequence: sequence++ });
      }
    });
}

/** The unit of cost: one pop and push of tinyqueue at 10 pending, in ns. */
export const hold = () => tinyqueueHolds(10)(500_000);
