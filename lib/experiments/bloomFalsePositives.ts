import { addKey, bloomFilter, falsePositives, mayContain } from "../systems/cache/bloomFilter.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  bits: { type: "number", default: 10, range: [0.1, 1000], unit: "bits", summary: "bits of the filter for each key in it (b)" },
  hashes: { type: "integer", default: 7, range: [1, 100], summary: "places that each key sets (k)" },
  keys: { type: "integer", default: 20_000, range: [1, 10_000_000], summary: "keys in the filter" },
  probes: { type: "integer", default: 400_000, range: [1, 100_000_000], summary: "keys that are not in it and are asked for" },
} as const;

/** How many of the probes the filter took for its own. */
type Sample = number;

/** How often a Bloom filter takes a key for its own that is not (Bloom 1970), by double hashing of a 64-bit hash (Kirsch and Mitzenmacher 2006), beside the formula. */
export const bloomFalsePositives: Experiment<typeof parameters, Sample> = {
  name: "bloom-filter",
  question: "How often does a Bloom filter take a key for its own that it never saw?",
  parameters,
  trials: 1,
  row: {
    bits: "bits a key",
    hashes: "places a key",
    measured: "share of the keys that are not in the filter which it takes for its own",
    formula: "(1 − e^(−k/b))^k",
    best: "the number of places for which the formula is least: b ln 2",
  },
  trial({ bits, hashes, keys, probes }, seed) {
    const filter = bloomFilter(Math.max(1, Math.round(bits * keys)), hashes);
    for (let i = 0; i < keys; i++) addKey(filter, `${seed} in ${i}`);
    let taken = 0;
    for (let i = 0; i < probes; i++) if (mayContain(filter, `${seed} out ${i}`)) taken++;
    return taken / probes;
  },
  summarize: (samples, { bits, hashes }) => [{ bits, hashes, measured: samples.reduce((sum, taken) => sum + taken, 0) / samples.length, formula: falsePositives(bits, hashes), best: bits * Math.LN2 }],
};
