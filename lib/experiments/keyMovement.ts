import { hashKeys, placeKeys, type Scheme } from "../hashing/schemes.js";
import { deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";
import { checkScheme, schemeParameters } from "./schemeParameters.js";

const parameters = {
  scheme: schemeParameters.scheme,
  from: { type: "integer", default: 10, range: [1, 100_000], summary: "nodes before" },
  to: { type: "integer", default: 12, range: [1, 100_000], summary: "nodes afterwards; if fewer, the last ones have left" },
  keys: { type: "integer", default: 100_000, range: [1, 100_000_000], summary: "keys that are placed" },
  points: schemeParameters.points,
  table: schemeParameters.table,
  probes: schemeParameters.probes,
  c: schemeParameters.c,
  slots: schemeParameters.slots,
} as const;

/** Claim 4.2: how many keys change their node when nodes come or go, by scheme (Karger et al. 1997; Lamping and Veach 2014). */
export const keyMovement: Experiment<typeof parameters, number> = {
  name: "key-movement",
  question: "How many keys move when nodes are added or removed?",
  parameters,
  trials: 10,
  row: {
    moved: "share of the keys that are on another node afterwards",
    least: "share that has to move if all nodes are to have their share",
  },
  check({ from, to, ...values }) {
    checkScheme({ ...values, nodes: Math.max(from, to) });
  },
  trial({ scheme, from, to, keys, ...options }, seed) {
    const hashes = hashKeys(keys, deriveSeed(seed, 1));
    const before = placeKeys(scheme as Scheme, from, hashes, { ...options, seed });
    const after = placeKeys(scheme as Scheme, to, hashes, { ...options, seed }, from);
    return after.reduce((moved, owner, key) => (owner === before[key] ? moved : moved + 1), 0) / keys;
  },
  summarize: (samples, { from, to }) => [
    { moved: samples.reduce((sum, moved) => sum + moved, 0) / samples.length, least: Math.abs(to - from) / Math.max(from, to) },
  ],
};
