import { checkLinearizable, type Linearizability } from "../../lib/check/linearizability/checkLinearizable.js";
import type { Operation } from "../../lib/check/history.js";
import { register } from "../../lib/check/models/register.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { createRandom } from "../../lib/random.js";
import { kinds, randomHistory } from "../check/randomHistory.js";

/**
 * A history of one register in a line: `0 w1 0-3, 1 r- 1-2, 2 w2 4-` is process 0 writing 1 from moment 0 to 3, process 1
 * reading null, and process 2 writing 2 without an answer; `r?` is a read without one.
 */
export function history(text: string): Operation[] {
  return text.split(", ").filter(Boolean).map((part, id) => {
    const [, process, f, value, from, to] = /^(\d) ([wr])(\d|-|\?) (\d+)-(\d*)$/.exec(part) ?? [];
    if (process === undefined) throw new Error(`"${part}" is no operation`);
    const given = value === "-" ? null : Number(value);
    const ends = { invoked: Number(from), returned: to === "" ? Infinity : Number(to) };
    return { id, process: Number(process), ...(f === "w" ? { f: "write", input: given, ...(to === "" ? {} : { output: null }) } : { f: "read", input: null, ...(value === "?" ? {} : { output: given }) }), ...ends };
  });
}

/** The six histories to judge by hand, each with a question that helps whoever was wrong. */
export const byHand = {
  A: { operations: history("0 w1 0-5, 1 r- 1-2, 2 r1 3-4"), ask: "From when to when could the write have taken effect? Is there a moment that suits both reads?" },
  B: { operations: history("0 w1 0-5, 1 r1 1-2, 2 r- 3-4"), ask: "What does the first read prove about the write, and had that read ended when the second began?" },
  C: { operations: history("0 w1 0-1, 0 w2 2-, 1 r2 3-4, 2 r1 5-6"), ask: "A write without an answer may have happened or not. Which of the two does the first read tell you, and can the second disagree?" },
  D: { operations: history("0 w1 0-3, 1 w2 1-2, 2 r1 4-5"), ask: "Which of the two writes must come first, if any?" },
  E: { operations: history("0 w1 0-, 1 r- 1-2, 1 w2 3-4, 2 r1 5-6"), ask: "Until when may a write without an answer take effect?" },
  F: { operations: history("0 w1 0-2, 1 w2 1-3, 2 r1 4-6, 3 r2 5-7"), ask: "The reads overlap, so they may come in either order; but what is there to read, once both writes are over?" },
} as const;

/** Small histories at random, as many linearizable as not, the small ones in the majority. */
export function randomHistories(count: number): Operation[][] {
  const found = { linearizable: [] as Operation[][], other: [] as Operation[][] };
  for (let seed = 1; found.linearizable.length < count / 2 || found.other.length < count / 2; seed++) {
    const operations = seed % 5 === 0 ? 7 + (seed % 2) : 2 + (seed % 5);
    const one = operationsOf(randomHistory(kinds["register"]!.kind, createRandom(seed), { operations, processes: 2 + (seed % 3), corrupt: 0.3, lost: 0.08 }));
    const list = judge(one).verdict === "linearizable" ? found.linearizable : found.other;
    if (one.length > 1 && list.length < count / 2) list.push(one);
  }
  return found.linearizable.flatMap((one, index) => [one, found.other[index]!]);
}

/** What the course's own checker says. */
export const judge = (operations: readonly Operation[]): Linearizability => checkLinearizable(operations, register);

/** An operation in a few words: `write 1`, `read null`; with `?` where nobody knows. */
export const words = ({ f, input, output, returned }: Operation): string => (f === "write" ? `write ${JSON.stringify(input)}` : `read ${returned === Infinity ? "?" : JSON.stringify(output)}`);

/** A history in a line, with the moments at which each operation began and ended. */
export const inLine = (operations: readonly Operation[]): string =>
  operations.length === 0 ? "the empty history" : operations.map((one) => `process ${one.process}: ${words(one)} ${one.returned === Infinity ? `from ${one.invoked} on, unanswered` : `from ${one.invoked} to ${one.returned}`}`).join("; ");

/** A history as a picture of text: a line for each process, a bar for each operation. */
export function bars(operations: readonly Operation[]): string {
  const moments = operations.flatMap(({ invoked, returned }) => (returned === Infinity ? [invoked] : [invoked, returned])).sort((a, b) => a - b);
  const column = new Map<number, number>();
  let next = 0;
  for (const moment of moments) {
    for (const one of operations) if (one.returned === moment) next = Math.max(next, column.get(one.invoked)! + words(one).length + 5);
    column.set(moment, next);
    next += 3;
  }
  const edge = Math.max(next, ...operations.map((one) => column.get(one.invoked)! + words(one).length + 5)) + 3;
  const processes = [...new Set(operations.map(({ process }) => process))].sort();
  return processes
    .map((process) => {
      let line = `process ${process}  `;
      const start = line.length;
      for (const one of operations.filter((other) => other.process === process).sort((a, b) => a.invoked - b.invoked)) {
        line = line.padEnd(start + column.get(one.invoked)!);
        const end = one.returned === Infinity ? edge : column.get(one.returned)!;
        const length = end - column.get(one.invoked)! - 1;
        const label = ` ${words(one)} `;
        const left = Math.floor((length - label.length) / 2);
        line += `|${"-".repeat(left)}${label}${"-".repeat(length - label.length - left)}${one.returned === Infinity ? "- ..." : "|"}`;
      }
      return line;
    })
    .join("\n");
}
