import type { Machine } from "../../replication/service/machine.js";

/** What the log says of a chain of tasks, which are done one after the other. */
export interface Chain {
  /** The last task that is through. */
  through: number;
  /** The task that may have been handed out; null if none has. */
  started: number | null;
  /** How many of them are through without anybody having done them, as far as is known. */
  givenUp: number;
}

export type TaskCommand = { readonly op: "start" | "done" | "give-up"; readonly chain: number; readonly task: number };

/** By number, the chains. */
export type TaskTable = Record<number, Chain>;

/** The table of a scheduler: so many chains. A command about a task that is through, or not yet there, changes nothing. */
export const taskTable = (chains: number): Machine<TaskTable, TaskCommand, null> => ({
  begin: () => Object.fromEntries(Array.from({ length: chains }, (_, chain) => [chain, { through: 0, started: null, givenUp: 0 }])),
  apply(state, { op, chain: number, task }) {
    const chain = state[number]!;
    if (task !== chain.through + 1) return null;
    if (op === "start") chain.started = task;
    else {
      chain.through = task;
      if (op === "give-up") chain.givenUp++;
    }
    return null;
  },
  reads: () => false,
});
