import { EventQueue } from "../../dist/sim/queue.js";
import { increments, tinyqueueHolds } from "./hold.mjs";
import { each, medians, report } from "./measure.mjs";

function ourHolds(pending) {
  let sequence = 0;
  const queue = new EventQueue();
  for (let i = 0; i < pending; i++) queue.push(increments[i & 65535] * (1 + i / pending), sequence++);
  return (count) =>
    each(count, () => {
      const steps = increments;
      for (let i = 0; i < count; i++) {
        const time = queue.timeOf(queue.pop());
        queue.push(time + steps[i & 65535], sequence++);
      }
    });
}

/** The event queue beside npm's tinyqueue, both in exact (time, sequence) order. */
export async function benchQueue() {
  for (const [pending, bound, count] of [[10, 2.5, 1_000_000], [1000, 2.5, 1_000_000], [1_000_000, 7, 300_000]]) {
    const tiny = tinyqueueHolds(pending);
    const ours = ourHolds(pending);
    const { peer, own } = await medians({ peer: () => tiny(count), own: () => ours(count) }, pending > 1000 ? 9 : 25);
    report(`queue, ${pending.toLocaleString("en")} pending, times faster than tinyqueue`, peer / own, ["at least", bound], `${own.toFixed(0)} ns against ${peer.toFixed(0)} ns a hold`);
  }
}
