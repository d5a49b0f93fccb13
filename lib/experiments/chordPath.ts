import { Chord } from "../hashing/chord.js";
import { createRandom } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 4096, range: [1, 1_000_000], summary: "nodes on the ring, each with its own identifier" },
  lookups: { type: "integer", default: 10_000, range: [1, 10_000_000], summary: "lookups in a trial, each from a random node for a random key" },
  counted: { type: "choice", default: "predecessor", values: ["predecessor", "owner"], summary: "how far hops are counted: to the key's predecessor, as in the paper, or to its owner" },
} as const;

/**
 * How many hops a lookup in Chord takes (Stoica et al. 2001, Theorem 2 and Figure 10): about ½ log₂ n, half of the bits of
 * the distance. Each trial draws another ring.
 */
export const chordPath: Experiment<typeof parameters, readonly number[]> = {
  name: "chord-path",
  question: "How many nodes does a lookup in Chord pass through?",
  parameters,
  trials: 10,
  row: {
    mean: "hops a lookup",
    p1: "their 1st percentile, by nearest rank",
    p99: "their 99th percentile",
    share: "by number of hops, from 0: the share of the lookups",
  },
  trial({ nodes, lookups, counted }, seed) {
    const chord = new Chord(Array.from({ length: nodes }, (_, i) => i), { seed });
    const random = createRandom(seed);
    const counts: number[] = [];
    for (let i = 0; i < lookups; i++) {
      const start = Math.floor(random() * nodes);
      const key = random() * 4294967296;
      const hops = chord.hops(start, key) + (counted === "owner" ? 1 : 0);
      counts[hops] = (counts[hops] ?? 0) + 1;
    }
    return Array.from(counts, (count) => count ?? 0);
  },
  summarize(samples, { lookups }) {
    const longest = Math.max(...samples.map((counts) => counts.length));
    const share = Array.from({ length: longest }, (_, hops) => samples.reduce((sum, counts) => sum + (counts[hops] ?? 0), 0) / (samples.length * lookups));
    const quantile = (least: number) => {
      let reached = 0;
      return share.findIndex((part) => (reached += part) >= least - 1e-9);
    };
    return [{ mean: share.reduce((sum, part, hops) => sum + hops * part, 0), p1: quantile(0.01), p99: quantile(0.99), share }];
  },
};
