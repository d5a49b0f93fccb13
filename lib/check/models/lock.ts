import type { Operation } from "../history.js";
import { nothing, type Model, type OperationShape } from "./model.js";

const shape: OperationShape = { argument: nothing, result: nothing };

/** Held by one process at a time: `acquire` takes it when it is free, `release` gives it back and is for the holder only. `initial` is the process that holds it. */
export const lock: Model<string | number | null> = {
  name: "lock",
  operations: { acquire: shape, release: shape },
  keyed: false,
  owned: true,
  begin(initial) {
    if (initial !== null && typeof initial !== "string" && typeof initial !== "number") throw new Error(`expected the process that holds the lock, or null, as a lock's initial value, not ${JSON.stringify(initial)}`);
    return initial;
  },
  step(holder, { f, process }) {
    if (f === "acquire") return holder === null ? process : undefined;
    return holder === process ? null : undefined;
  },
  identify: (holder) => holder,
  observes: () => false,
  removable,
};

/** An acquisition with the release that follows it: the lock is then free for as long. One that is never released, alone. */
function removable(operations: readonly Operation[]): number[][] {
  const groups: number[][] = [];
  const held = new Map<string | number, number[]>();
  operations.forEach(({ f, process }, i) => {
    if (f === "acquire") {
      const group = [i];
      groups.push(group);
      held.set(process, group);
    } else {
      held.get(process)?.push(i);
      held.delete(process);
    }
  });
  return groups;
}
