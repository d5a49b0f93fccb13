import { raftCountingElections } from "../replication/raft/raft.mutants.js";
import { raft } from "../replication/raft/raft.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 99], summary: "servers in the cluster" },
  rule: {
    type: "choice",
    default: "adopt",
    values: ["adopt", "count"],
    summary: "adopt any higher term (Raft), or add one at each election, as the survey has it",
  },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  isolation: { type: "number", default: 2000, range: [0, 1_000_000], unit: "ms", summary: "how long one server is cut off" },
  after: { type: "number", default: 5000, range: [0, 1_000_000], unit: "ms", summary: "how long to watch after the cut is mended" },
} as const;

interface Sample {
  readonly startsAtZero: boolean;
  readonly changes: number;
  readonly jumps: number;
  readonly reunited: boolean;
}

/** Claim E.3: term histories of a cluster from which one server is cut off for a while. */
export const termGrowth: Experiment<typeof parameters, Sample> = {
  name: "term-growth",
  question: "Do terms start at 0 and go up by one on all servers at each election?",
  parameters,
  trials: 200,
  row: {
    rule: "what a server does with a higher term",
    startsAtZero: "share of runs in which every term starts at 0",
    jumps: "share of all changes of a server's term that skip at least one term",
    reunited: "share of runs at whose end all servers follow one leader in one term",
  },
  trial({ nodes, rule, delay, isolation, after }, seed) {
    const cluster = simulate((rule === "adopt" ? raft : raftCountingElections)(), { size: nodes, seed, latency: delay, digest: false });
    const terms = cluster.nodes.map(({ state }) => state.currentTerm);
    const startsAtZero = terms.every((term) => term === 0);
    let changes = 0;
    let jumps = 0;
    const watch = (until: number) =>
      cluster.runUntil(() => {
        for (const { id, state } of cluster.nodes) {
          const growth = state.currentTerm - terms[id]!;
          if (growth === 0) continue;
          terms[id] = state.currentTerm;
          changes++;
          if (growth > 1) jumps++;
        }
        return false;
      }, until);
    watch(1000);
    cluster.partition([[nodes - 1]]);
    watch(1000 + isolation);
    cluster.heal();
    watch(1000 + isolation + after);
    const [first] = cluster.nodes;
    const reunited = first!.state.leader !== null && cluster.nodes.every(({ state }) => state.leader === first!.state.leader && state.currentTerm === first!.state.currentTerm);
    return { startsAtZero, changes, jumps, reunited };
  },
  summarize(samples, { rule }) {
    const share = (count: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + count(sample), 0) / samples.length;
    const changes = samples.reduce((sum, sample) => sum + sample.changes, 0);
    const jumps = samples.reduce((sum, sample) => sum + sample.jumps, 0);
    return [{ rule, startsAtZero: share((sample) => Number(sample.startsAtZero)), jumps: changes === 0 ? 0 : jumps / changes, reunited: share((sample) => Number(sample.reunited)) }];
  },
};
