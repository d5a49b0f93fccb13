import { isPrime, primeFrom } from "../hashing/maglev.js";
import { SCHEMES } from "../hashing/schemes.js";

/** What the experiments on placing keys have in common. */
export const schemeParameters = {
  scheme: { type: "choice", default: "ring", values: SCHEMES, summary: "how keys are placed on nodes" },
  points: { type: "integer", default: 160, range: [1, 100_000], summary: "points (virtual nodes) of a node on the ring (ring, bounded)" },
  table: { type: "integer", default: 65537, range: [2, 20_000_000], summary: "entries of the lookup table, a prime (maglev)" },
  probes: { type: "integer", default: 21, range: [1, 1000], summary: "places that are tried for a key (multi-probe)" },
  c: { type: "number", default: 1.25, range: [1, 1000], summary: "a node's most keys, as a multiple of the mean (bounded)" },
  slots: { type: "integer", default: 16384, range: [1, 1_000_000], summary: "slots that are dealt out (slots)" },
} as const;

/** Throws an `Error` if the table of these backends cannot be filled. */
export function checkTable(table: number, backends: number): void {
  if (!isPrime(table)) throw new Error(`table: expected a prime number, such as ${primeFrom(table)}, not ${table}`);
  if (backends > table) throw new Error(`a table of ${table} entries has no room for ${backends} nodes`);
}

/** Throws an `Error` if what a scheme is told does not fit. */
export function checkScheme({ scheme, table, slots, nodes }: { readonly scheme: string; readonly table: number; readonly slots: number; readonly nodes: number }): void {
  if (scheme === "maglev") checkTable(table, nodes);
  if (scheme === "slots" && slots < nodes) throw new Error(`${slots} slots are too few for ${nodes} nodes`);
}
