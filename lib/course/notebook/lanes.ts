import type { HistoryEvent, Operation } from "../../check/history.js";
import { operationsOf } from "../../check/pairEvents.js";
import { UsageError } from "../usageError.js";

/**
 * A small history of a register, drawn in letters: a line for each process, a bar for each operation, from the column of
 * its invocation to that of its answer. A bar without a right end was never answered.
 *
 *     A  |write 1|        |read 2|
 *     B      |  write 2
 *
 * Throws a `UsageError` that names the line and what was expected in it.
 */
export function lanes(drawing: string): Operation[] {
  const placed = drawing.split("\n").flatMap((line, at) => (line.trim() === "" ? [] : barsOf(line, at)));
  // Two ends in one column overlap: what begins there comes before what ends there.
  return operationsOf(placed.sort((a, b) => a.column - b.column || Number(a.event.type !== "invoke") - Number(b.event.type !== "invoke")).map(({ event }) => event));
}

interface Placed {
  readonly column: number;
  readonly event: HistoryEvent;
}

function barsOf(line: string, at: number): Placed[] {
  const name = /^\s*([\w-]+)\s/.exec(line) ?? wrong(at, line, "a process's name and a space at its beginning");
  const process = name[1]!;
  const bars: Placed[] = [];
  let rest = name[0].length;
  for (const bar of line.slice(rest).matchAll(/([^|]*)\|([^|]+)(\|?)/g)) {
    const [whole, gap, words, end] = bar as unknown as [string, string, string, string];
    if (gap.trim() !== "") wrong(at, line, `a bar | where it has "${gap.trim()}"`);
    const [, f, text] = /^[\s-]*(read|write)\s+(\w+)[\s-]*$/.exec(words) ?? wrong(at, line, `"read" or "write" and a value between the bars, not "${words.trim()}"`);
    const value: number | string | null = text === "null" ? null : /^\d+$/.test(text!) ? Number(text) : text!;
    const open: HistoryEvent = { process, type: "invoke", f: f!, value: f === "write" ? value : null };
    bars.push({ column: rest + gap.length, event: open });
    if (end === "|") bars.push({ column: rest + whole.length - 1, event: { process, type: "ok", f: f!, value } });
    rest += whole.length;
  }
  if (bars.length === 0 || line.slice(rest).trim() !== "") wrong(at, line, "bars such as |write 1| and |read 2|");
  return bars;
}

function wrong(at: number, line: string, expected: string): never {
  throw new UsageError(`line ${at + 1} of the drawing, "${line.trim()}": expected ${expected}.`);
}
