import type { Operation } from "../history.js";
import { findOrder, type Budget } from "./findOrder.js";
import { inWords } from "./inWords.js";
import { registerHistory } from "./registerHistory.js";
import { smallestPart } from "./smallestPart.js";
import type { Verdict } from "./verdict.js";

/** How long the check may take. */
export interface SequentialOptions {
  /** Steps of the search, one a look at what a process does next; making the witness small may take as many again. Default 10,000,000, some seconds. */
  readonly steps?: number;
  /** Asked now and then; true ends the search. Default: never. */
  readonly stop?: () => boolean;
}

/**
 * Sequential consistency (Lamport 1979): all operations can be put into one order that keeps each process's own and in
 * which every read finds what was last written to its register. Real time is ignored, so a read may be as stale as it
 * likes if its process has seen nothing newer. All registers are judged together: this promise, unlike linearizability,
 * may be kept by each register and broken by two.
 *
 * The problem is NP-hard (Gibbons and Korach 1997), hence `unknown` when the budget ends. Where values tell which write
 * was read, most histories are decided by what must come before what, and little is left to the search. Throws an Error
 * if an operation is no read or write.
 */
export function checkSequential(operations: readonly Operation[], { steps = 10_000_000, stop }: SequentialOptions = {}): Verdict {
  const answer = findOrder(registerHistory(operations), { steps, stop });
  if (answer === "found") return { holds: true };
  if (answer === "unknown") return { holds: "unknown", because: `it was not decided within ${steps} steps${stop ? ", or before it was told to stop" : ""}` };
  const budget: Budget = { steps, stop };
  const witness = smallestPart(operations, (part) => findOrder(registerHistory(part), budget) === "none", () => budget.steps > 0 && !stop?.());
  const because = `no single order of these keeps each process's own and lets every read find what was last written: ${witness.map(inWords).join("; ")}`;
  return { holds: false, because, witness };
}
