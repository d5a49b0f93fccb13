import { Ring } from "../hashing/ring.js";
import { hashKeys, placeKeys, placeOn, type Scheme } from "../hashing/schemes.js";
import { deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";
import { summary } from "./percentile.js";
import { checkScheme, schemeParameters } from "./schemeParameters.js";

const parameters = {
  nodes: { type: "integer", default: 100, range: [1, 1_000_000], summary: "nodes on the ring" },
  points: schemeParameters.points,
  keys: { type: "integer", default: 1_000_000, range: [1, 100_000_000], summary: "keys that are placed" },
  scheme: { ...schemeParameters.scheme, default: "ring" },
  table: schemeParameters.table,
  probes: schemeParameters.probes,
  c: schemeParameters.c,
  slots: schemeParameters.slots,
} as const;

interface Sample {
  readonly p1: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Variance of the nodes' shares of the key space, in means squared. */
  readonly variance: number;
}

/**
 * Claim 4.1: how evenly consistent hashing spreads keys, by the number of virtual nodes (Stoica et al. 2001, Figure 9;
 * Lamping and Veach 2014), and how other schemes do.
 */
export const ringLoad: Experiment<typeof parameters, Sample> = {
  name: "ring-load",
  question: "How evenly does a hash ring spread its keys over the nodes?",
  parameters,
  trials: 10,
  row: {
    p1: "1st percentile of the keys a node, by nearest rank; as all fields, the mean over the trials",
    p50: "their median",
    p99: "their 99th percentile",
    max: "keys of the most loaded node",
    mean: "keys a node",
    relativeDeviation: "standard deviation of the nodes' shares of the key space, relative to their mean: what is left of the keys' with ever more keys",
  },
  check: checkScheme,
  trial(values, seed) {
    const { nodes, keys, points, scheme } = values;
    const ring = scheme === "ring" ? new Ring(Array.from({ length: nodes }, (_, i) => i), { points, seed }) : undefined;
    const hashes = hashKeys(keys, deriveSeed(seed, 1));
    const loads = new Float64Array(nodes);
    for (const owner of ring ? placeOn(ring, hashes) : placeKeys(scheme as Scheme, nodes, hashes, { ...values, seed })) loads[owner]!++;
    const { p1, p50, p99, max } = summary(Array.from(loads)) as Record<"p1" | "p50" | "p99" | "max", number>;
    return { p1, p50, p99, max, variance: ring ? sharesVariance(ring.shares()) : keysVariance(loads, keys) };
  },
  summarize(samples, { nodes, keys }) {
    const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
    return [
      {
        p1: mean(({ p1 }) => p1),
        p50: mean(({ p50 }) => p50),
        p99: mean(({ p99 }) => p99),
        max: mean(({ max }) => max),
        mean: keys / nodes,
        relativeDeviation: Math.sqrt(Math.max(0, mean(({ variance }) => variance))),
      },
    ];
  },
};

/** Relative to the mean share, 1/n. */
function sharesVariance(shares: readonly number[]): number {
  const n = shares.length;
  return shares.reduce((sum, share) => sum + (share * n - 1) * (share * n - 1), 0) / n;
}

/** What the loads vary more than they would if each key went to a node at random: where shares differ, m keys a node vary by the shares' variance and 1/m. */
function keysVariance(loads: Float64Array, keys: number): number {
  const n = loads.length;
  const mean = keys / n;
  return loads.reduce((sum, load) => sum + (load / mean - 1) * (load / mean - 1), 0) / n - (1 - 1 / n) / mean;
}
