import type { Operation } from "../history.js";

/** One read or write in words: `process 2 writes 7 to x`. A write without an answer is marked so; a single register has no name. */
export function inWords({ process: client, f, key, input, output, returned }: Operation): string {
  const reads = f === "read" || f === "get";
  const where = key === undefined ? "" : ` ${reads ? "from" : "to"} ${key}`;
  const open = returned === Infinity ? " (unanswered)" : "";
  return `process ${client} ${reads ? "reads" : "writes"} ${JSON.stringify((reads ? output : input) ?? null)}${where}${open}`;
}
