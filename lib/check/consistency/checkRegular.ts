import type { Operation } from "../history.js";
import { inWords } from "./inWords.js";
import type { Verdict } from "./verdict.js";

/** What is asked of the reads of a register that may hold several values at once. */
export interface RegularOptions {
  /** Whether a read must find what was written before it began. Default true; false: only that somebody wrote what it found. */
  readonly fresh?: boolean;
}

/**
 * A regular register (Lamport, On interprocess communication, 1986, for many writers) that may hold siblings: a read gives
 * one value, or a list of them, or null if there is none. Exactly: each of its values was written by a write that began
 * before the read ended; and for every write that ended before the read began, the read gives its value, or that of a
 * write that did not end before the other began. To write null is to delete. Two reads one after the other may give a new
 * value and then an old one while its write is under way: that is what it lacks to be linearizable.
 *
 * Operations are `get` or `read`, `put` or `write`, `append` (which adds a value to those that it finds), and `delete`, each
 * key a register of its own. Throws an Error on any other.
 */
export function checkRegular(operations: readonly Operation[], { fresh = true }: RegularOptions = {}): Verdict {
  const writes = new Map<string, Map<string, Operation[]>>();
  for (const operation of operations) {
    if (reads(operation)) continue;
    const ofKey = writes.get(keyOf(operation)) ?? new Map<string, Operation[]>();
    const value = nameOf(operation.f === "delete" ? null : operation.input);
    writes.set(keyOf(operation), ofKey.set(value, [...(ofKey.get(value) ?? []), operation]));
  }
  for (const read of operations) {
    if (!reads(read) || read.returned === Infinity || read.output === undefined) continue;
    const ofKey = writes.get(keyOf(read)) ?? new Map<string, Operation[]>();
    const found = (Array.isArray(read.output) ? (read.output.length > 0 ? read.output : [null]) : [read.output]).map(nameOf);
    for (const value of found) if (value !== "null" && !ofKey.get(value)?.some(({ invoked }) => invoked < read.returned)) return { holds: false, because: `nobody had written what this read found: ${inWords(read)}`, witness: [read] };
    if (!fresh) continue;
    const sources = found.flatMap((value) => ofKey.get(value) ?? []).filter(({ invoked }) => invoked < read.returned);
    for (const write of [...ofKey.values()].flat()) {
      if (write.returned > read.invoked || sources.some((source) => source === write || source.returned > write.invoked)) continue;
      return { holds: false, because: `a read finds neither what was written before it began, nor anything that could have replaced it: ${inWords(write)}; ${inWords(read)}`, witness: [write, read] };
    }
  }
  return { holds: true };
}

const keyOf = ({ key }: Operation) => JSON.stringify(key ?? null);
const nameOf = (value: unknown) => JSON.stringify(value ?? null);

/** Whether an operation reads or writes. Throws an Error if it does neither. */
function reads({ id, f }: Operation): boolean {
  if (f === "read" || f === "get") return true;
  if (f === "write" || f === "put" || f === "append" || f === "delete") return false;
  throw new Error(`operation ${id} is "${f}": this promise is defined for registers, so use read and write, or get, put, append and delete`);
}
