import type { Distribution } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import { simulate } from "../sim/cluster.js";
import { chiSquareTail } from "./chiSquare.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [2, 25], summary: "servers in the cluster" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  farDelay: { type: "distribution", default: "uniform:40,60", unit: "ms", summary: "one-way delay to and from server 0, where it is far away" },
  behind: { type: "integer", default: 2, range: [1, 24], summary: "where logs differ: how many servers, from 0 on, lack the others' last entry" },
  horizon: { type: "number", default: 10_000, range: [1, 1_000_000], unit: "ms", summary: "how long to wait for a leader" },
} as const;

const SETTINGS = ["equal servers", "server 0 far away", "some logs behind"] as const;

/** The first leader in each setting; null if there was none within the horizon. */
type Sample = readonly (number | null)[];

/** Claim E.6: who becomes leader, by server, where all are equal; where one is far from the others; and where some logs are behind. */
export const fairElections: Experiment<typeof parameters, Sample> = {
  name: "fair-elections",
  question: "Do random timeouts give every server the same chance to lead?",
  parameters,
  trials: 1000,
  row: {
    setting: "in what the servers differ",
    node: "the server",
    elections: "elections in which somebody won",
    wins: "share of them that it won",
    low95: "lower end of the 95 % confidence interval of that share (Wilson)",
    high95: "upper end",
    chiSquare: "chi-square statistic of all servers' wins against equal shares",
    pValue: "probability of such a statistic or a larger one where all have the same chance",
  },
  check({ low, high, behind, nodes }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
    if (2 * behind >= nodes) throw new Error(`behind must be fewer than half of the servers: got ${behind} of ${nodes}`);
  },
  trial({ nodes, low, high, delay, farDelay, behind, horizon }, seed) {
    const lengths = (shorter: number) => Array.from({ length: nodes }, (_, node) => (node < shorter ? 1 : 2));
    const near = () => delay;
    const far = (from: number, to: number) => (from === 0 || to === 0 ? farDelay : delay);
    const timeout = [low, high] as const;
    return [firstLeader(lengths(0), near, timeout, horizon, seed), firstLeader(lengths(0), far, timeout, horizon, seed), firstLeader(lengths(behind), near, timeout, horizon, seed)];
  },
  summarize: (samples, { nodes }) =>
    SETTINGS.flatMap((setting, s) => {
      const counts = Array.from({ length: nodes }, (_, node) => samples.filter((sample) => sample[s] === node).length);
      const elections = counts.reduce((sum, count) => sum + count, 0);
      const expected = elections / nodes;
      const chiSquare = elections === 0 ? 0 : counts.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
      const pValue = chiSquareTail(chiSquare, nodes - 1);
      return counts.map((count, node) => {
        const [low95, high95] = wilson(count, elections);
        return { setting, node, elections, wins: elections === 0 ? 0 : count / elections, low95, high95, chiSquare, pValue };
      });
    }),
};

function firstLeader(lengths: readonly number[], latency: (from: number, to: number) => Distribution, electionTimeout: readonly [number, number], horizon: number, seed: number): number | null {
  const cluster = simulate(raft({ electionTimeout }), {
    size: lengths.length,
    seed,
    latency,
    digest: false,
    disks: (node) => ({ log: Array.from({ length: lengths[node]! }, () => ({ term: 1, command: null })) }),
  });
  return cluster.runUntil(() => cluster.outputs.length > 0, horizon) ? cluster.outputs[0]!.output.leader : null;
}

/** The 95 % confidence interval of a share (Wilson, JASA 22, 1927). */
function wilson(count: number, of: number): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const z = 1.959964;
  const share = count / of;
  const centre = share + (z * z) / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return [Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale)];
}
