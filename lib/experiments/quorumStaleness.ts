import { deriveRandom } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  n: { type: "integer", default: 3, range: [1, 100], summary: "replicas of a key" },
  r: { type: "integer", default: 1, range: [1, 100], summary: "replicas that a read asks, drawn at random" },
  w: { type: "integer", default: 1, range: [1, 100], summary: "replicas that a write reaches, drawn at random; it never reaches another" },
  versions: { type: "integer", default: 5, range: [1, 1000], summary: "the largest number of versions that a read may be behind" },
} as const;

/**
 * k-staleness (Bailis and others 2012, §3.1): quorums are drawn at random, and a write stays where it is. A read misses
 * one write with probability C(n − w, r) / C(n, r), and so many in a row with the power of that.
 */
export const quorumStaleness: Experiment<typeof parameters, number> = {
  name: "quorum-staleness",
  question: "How many versions is a read behind if its quorum need not meet the write's?",
  parameters,
  trials: 100_000,
  row: {
    versions: "a read counts as good if it finds one of so many latest versions",
    formula: "share of good reads, by formula: 1 − (C(n − w, r) / C(n, r))^versions",
    simulated: "the same, in the runs",
  },
  check({ n, r, w }) {
    if (r > n || w > n) throw new Error(`neither r nor w may exceed n: got r ${r} and w ${w} of ${n} replicas`);
  },
  trial({ n, r, w, versions }, seed) {
    const random = deriveRandom(seed, 0);
    const asked = new Set(some(n, r, random));
    // From the latest version back, until one was written to a replica that is asked.
    for (let behind = 0; behind < versions; behind++) if (some(n, w, random).some((replica) => asked.has(replica))) return behind;
    return versions;
  },
  summarize: (samples, { n, r, w, versions }) =>
    Array.from({ length: versions }, (_, i) => ({
      versions: i + 1,
      formula: 1 - Array.from({ length: i + 1 }, () => missProbability(n, r, w)).reduce((product, miss) => product * miss, 1),
      simulated: samples.filter((behind) => behind <= i).length / samples.length,
    })),
};

/** The probability that r replicas drawn out of n are none of w drawn before: C(n − w, r) / C(n, r). */
export function missProbability(n: number, r: number, w: number): number {
  let miss = 1;
  for (let drawn = 0; drawn < r; drawn++) miss *= Math.max(0, n - w - drawn) / (n - drawn);
  return miss;
}

/** So many replicas out of n, all different, drawn at random. */
function some(n: number, count: number, random: () => number): number[] {
  const all = Array.from({ length: n }, (_, replica) => replica);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (n - i));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, count);
}
