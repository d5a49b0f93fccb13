import type { Reply } from "../../lib/course/grading/exchange.js";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import type { Step } from "./33-or-set.histories.js";
import { attempt } from "./pureCalls.js";

/** What the answer exports, and sees. */
interface Answer {
  add(set: unknown, node: number, element: string): unknown;
  remove(set: unknown, element: string): unknown;
  merge(a: unknown, b: unknown): unknown;
}

/** What became of a history: after each step, the set of the replica that it changed; whether something was changed that was only to be read. */
export interface Replayed {
  readonly sets: readonly unknown[];
  readonly changed: boolean;
}

const EMPTY = { context: {}, adds: [] };

/** Lets replicas do what each history says: three, and in some stories others. */
export const histories = (answer: Answer, list: readonly (readonly Step[])[]): Reply[] => list.map((history) => attempt(() => replay(answer, history)));

function replay({ add, remove, merge }: Answer, history: readonly Step[]): Replayed {
  const replicas: unknown[] = Array.from({ length: 8 }, () => jsonCopy(EMPTY));
  let changed = false;
  const sets = history.map((step) => {
    const at = "merge" in step ? step.into : step.at;
    // Copies: what one replica holds is no other's, whatever the answer shares and changes.
    const read = jsonCopy("merge" in step ? [replicas[at], replicas[step.merge]] : [replicas[at]]);
    const before = jsonCopy(read);
    const next = "add" in step ? add(read[0], at, step.add) : "remove" in step ? remove(read[0], step.remove) : merge(read[0], read[1]);
    changed ||= !isSameJson(jsonCopy(read), before);
    return (replicas[at] = jsonCopy(next) ?? null);
  });
  return { sets, changed };
}

/** Of three replicas that have been through a history, what they come to when they are merged: twice with itself, in either order, in either grouping. */
export function laws(answer: Answer, list: readonly (readonly Step[])[]): Reply[] {
  return list.map((history) =>
    attempt(() => {
      const replicas: unknown[] = [0, 1, 2].map(() => EMPTY);
      replay(answer, history).sets.forEach((set, index) => (replicas["merge" in history[index]! ? history[index].into : (history[index] as { at: number }).at] = set));
      const merge = (a: unknown, b: unknown) => answer.merge(jsonCopy(a), jsonCopy(b));
      const [a, b, c] = replicas;
      return [a, merge(a, a), merge(a, b), merge(b, a), merge(merge(a, b), c), merge(a, merge(b, c))];
    }),
  );
}
