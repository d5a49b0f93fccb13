import type { Operation } from "../history.js";
import { echo, nothing, type Model } from "./model.js";
import { listIn } from "./registerGroups.js";
import { valueIdentity } from "./valueIdentity.js";

/** First in, first out: `enqueue` adds a value at the end, `dequeue` takes the first one, or returns null if there is none. `initial` is a list, the first element first. */
export const queue: Model<readonly unknown[]> = {
  name: "queue",
  operations: {
    enqueue: { argument: (value) => (value === null ? "a value other than null, which is what dequeue returns of an empty queue" : undefined), result: echo },
    dequeue: { argument: nothing, result: () => undefined },
  },
  keyed: false,
  begin(initial) {
    if (initial !== null && !Array.isArray(initial)) throw new Error(`expected a list, such as [1, 2], as a queue's initial value, not ${JSON.stringify(initial)}`);
    return (initial as unknown[] | null) ?? [];
  },
  step(elements, { f, input, output }) {
    if (f === "enqueue") return [...elements, input];
    if (output === null) return elements.length === 0 ? elements : undefined;
    if (elements.length === 0) return undefined;
    return output === undefined || valueIdentity(elements[0]) === valueIdentity(output) ? elements.slice(1) : undefined;
  },
  identify: valueIdentity,
  // An unanswered dequeue may have taken an element.
  observes: ({ f, output }) => f === "dequeue" && output === null,
  removable,
};

/**
 * A dequeue that found nothing; all that enqueues or dequeues a value (the others stay in their order, and an empty queue
 * stays empty); an unanswered dequeue, once there is nothing that it could have taken.
 */
function removable(operations: readonly Operation[], initial: unknown): number[][] {
  const elements = queue.begin(initial).map(valueIdentity);
  const byValue = new Map<unknown, number[]>();
  const alone: number[] = [];
  const unanswered: number[] = [];
  let untaken = elements.length > 0;
  operations.forEach(({ f, input, output }, i) => {
    if (f === "enqueue") listIn(byValue, valueIdentity(input)).push(i);
    else if (output === undefined) unanswered.push(i);
    else if (output === null) alone.push(i);
    else listIn(byValue, valueIdentity(output)).push(i);
  });
  const groups: number[][] = [];
  for (const [value, members] of byValue) {
    const enqueued = members.filter((i) => operations[i]!.f === "enqueue").length;
    if (enqueued > members.length - enqueued) untaken = true;
    if (!elements.includes(value)) groups.push(members);
  }
  return [...groups, ...alone.map((i) => [i]), ...(untaken ? [] : unanswered.map((i) => [i]))];
}
