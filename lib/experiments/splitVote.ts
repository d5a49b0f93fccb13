import { raft } from "../replication/raft/raft.js";
import { majority } from "../replication/raft/quorum.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 99], summary: "servers in the cluster" },
  failed: { type: "integer", default: 1, range: [0, 98], summary: "servers that are down" },
  latency: { type: "number", default: 0.1, range: [0, 1], unit: "share of the timeout range", summary: "one-way delay of every message" },
  range: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "width of the range from which election timeouts are drawn" },
} as const;

/**
 * How often the first round of an election ends without a leader because enough servers stood for it before they heard
 * of each other: the closed form of Ongaro's dissertation (chapter 9) beside the engine. Logs are equal, timers fresh,
 * every message takes the same time.
 */
export const splitVote: Experiment<typeof parameters, boolean> = {
  name: "split-vote",
  question: "How often is the first vote of an election split?",
  parameters,
  trials: 10_000,
  row: {
    formula: "probability of a split vote by the closed form",
    simulated: "share of trials in which the first term had candidates but no leader",
  },
  check({ nodes, failed }) {
    if (nodes - failed < majority(nodes)) throw new Error(`a majority must be up: with ${failed} of ${nodes} servers down no vote can be won, split or not`);
  },
  trial({ nodes, failed, latency, range }, seed) {
    // The lowest timeout leaves a candidate time to hear all replies, so that a term ends in a leader or in a split.
    const low = 3 * range;
    const cluster = simulate(raft({ electionTimeout: [low, low + range] }), {
      size: nodes,
      seed,
      digest: false,
      latency: `constant:${(latency * range).toFixed(9)}`,
    });
    for (let node = 0; node < failed; node++) cluster.crash(node);
    cluster.runUntil(() => cluster.outputs.length > 0 || cluster.nodes.some((node) => node.state.currentTerm > 1), Infinity);
    return cluster.outputs.length === 0;
  },
  summarize: (samples, { nodes, failed, latency }) => [
    { formula: splitVoteProbability(nodes, nodes - failed, latency), simulated: samples.filter(Boolean).length / samples.length },
  ],
};

/**
 * Probability that the first election is split: at least c = s − ⌊n/2⌋ + 1 of s live servers, of n in all, time out
 * within a share l of the timeout range. P = Σ_{k=c−1..s} C(s,k) l^k (1−l)^(s−k).
 */
export function splitVoteProbability(n: number, s: number, l: number): number {
  const c = s - Math.floor(n / 2) + 1;
  if (c > s) return 0;
  let sum = 0;
  for (let k = c - 1; k <= s; k++) {
    let term = 1;
    for (let i = 0; i < k; i++) term *= ((s - i) / (i + 1)) * l;
    for (let i = k; i < s; i++) term *= 1 - l;
    sum += term;
  }
  return Math.min(1, sum);
}
