import type { Operation } from "../history.js";
import { inWords } from "./inWords.js";
import { registerHistory, type Access } from "./registerHistory.js";
import type { Verdict } from "./verdict.js";

/** Which reads must agree. */
export interface ConvergenceOptions {
  /**
   * A place in the history, as in `Operation.invoked`: all reads that begin there or later must agree. Default: of each
   * process its last read of a register, if it began after the register's last answered write had ended.
   */
  readonly from?: number;
}

/**
 * Convergence (the visible half of eventual consistency; Terry and others, SOSP 1995; Vogels 2009): once nobody writes a
 * register any more, everybody reads the same value from it.
 *
 * Which value is not judged, so a register that forgot all its writes everywhere has converged. A write without an
 * answer may take effect between two reads: reads that differ only by such values are `unknown`, and so is a history
 * in which no read was late enough to count. Throws a RangeError if a register was written after `from`.
 */
export function checkConvergence(operations: readonly Operation[], { from }: ConvergenceOptions = {}): Verdict {
  const history = registerHistory(operations);
  const lastWrite = history.initial.map((): Access | undefined => undefined);
  for (const access of history.accesses) {
    const { reads, unanswered, register, operation } = access;
    if (!reads && !unanswered && operation.returned > ended(lastWrite[register])) lastWrite[register] = access;
  }
  if (from !== undefined) {
    const late = lastWrite.find((write) => write && write.operation.returned >= from);
    if (late) throw new RangeError(`${inWords(late.operation)} until place ${ended(late)}, but reads are to agree from place ${from} on: give a later place`);
  }

  const counted: Access[][] = history.initial.map(() => []);
  const seen = new Set<string>();
  for (const read of history.accesses.toReversed()) {
    const name = JSON.stringify([read.register, read.operation.process]);
    if (!read.reads || (from === undefined && seen.has(name))) continue;
    seen.add(name);
    const inTime = from === undefined ? read.operation.invoked > ended(lastWrite[read.register]) : read.operation.invoked >= from;
    if (inTime) counted[read.register]!.push(read);
  }
  if (counted.every((reads) => reads.length === 0)) return { holds: "unknown", because: "no register was read after its last write: let every process read once more at the end" };

  let doubt: Verdict = { holds: true };
  for (const reads of counted) {
    const certain = reads.filter(({ version }) => history.writers[version]!.every(({ unanswered }) => !unanswered));
    const other = certain.find(({ version }) => version !== certain[0]!.version);
    if (other) {
      const witness = [certain[0]!.operation, other.operation].sort((a, b) => a.invoked - b.invoked);
      return { holds: false, because: `after the last write of the register ${witness.map(inWords).join(", but ")}`, witness };
    }
    const differing = reads.find(({ version }) => version !== reads[0]!.version);
    if (differing) doubt = { holds: "unknown", because: `${inWords(differing.operation)}, but ${inWords(reads[0]!.operation)}: a write of one of these was never answered and may have taken effect between them` };
  }
  return doubt;
}

/** The place at which a write was answered; −1 if there is none. */
const ended = (write: Access | undefined): number => write?.operation.returned ?? -1;
