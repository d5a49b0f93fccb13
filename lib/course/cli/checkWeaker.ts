import { checkCausal, checkCausalConvergence, checkConvergence, checkMonotonicReads, checkReadYourWrites, checkSequential, type Operation, staleness, type Verdict } from "../../check/index.js";
import { operationWords } from "../../check/operationWords.js";
import { UsageError } from "../usageError.js";
import { printJson, printText, type Io } from "./io.js";

/** The strongest promise, judged by the models themselves. */
export const LINEARIZABLE = "linearizable";

/** Weaker promises that a history of registers may keep, by their names on the command line. */
export const weakerPromises: Readonly<Record<string, (operations: readonly Operation[], stop?: () => boolean) => Verdict>> = {
  sequential: (operations, stop) => checkSequential(operations, { ...(stop && { stop }) }),
  causal: (operations) => checkCausal(operations),
  "causal-convergence": (operations) => checkCausalConvergence(operations),
  "read-your-writes": (operations) => checkReadYourWrites(operations),
  "monotonic-reads": (operations) => checkMonotonicReads(operations),
  convergence: (operations) => checkConvergence(operations),
};

const words = { true: "holds", false: "broken", unknown: "unknown" } as const;

/** Judges a history by a weaker promise, and says how stale its reads are; 0 it holds, 1 it is broken, 2 unknown. */
export function checkWeaker(operations: readonly Operation[], promise: string, stop: (() => boolean) | undefined, json: boolean, io: Io): number {
  let verdict: Verdict;
  try {
    verdict = weakerPromises[promise]!(operations, stop);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nNothing was judged.`);
  }
  const stale = stalenessOf(operations);
  const word = words[String(verdict.holds) as keyof typeof words];
  const { holds: _, ...why } = verdict;
  if (json) printJson(io, { promise, verdict: word, operations: operations.length, ...why, ...(stale && { staleness: stale }) });
  else {
    const witness = verdict.holds === false ? ["", ...verdict.witness.map((operation) => `  process ${operation.process}: ${operationWords(operation)}`)] : [];
    const because = verdict.holds === true ? "" : `: ${verdict.because}`;
    printText(io, [`${operations.length} operations, ${promise}: ${word}${because}`, ...witness, ...(stale ? ["", `stale reads: ${stale.stale} of ${stale.reads}, at most ${stale.versionsMax} versions behind`] : [])].join("\n"));
  }
  return verdict.holds === true ? 0 : verdict.holds === false ? 1 : 2;
}

/** Undefined where values were written twice, so that nobody can say which version a read saw. */
function stalenessOf(operations: readonly Operation[]) {
  try {
    return staleness(operations).row;
  } catch {
    return undefined;
  }
}
