import { deriveRandom, type Distribution } from "../random.js";
import { raftVotingTwice } from "../replication/raft/raft.mutants.js";
import { raft } from "../replication/raft/raft.js";
import type { Raft } from "../replication/raft/types.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 99], summary: "servers in the cluster" },
  votes: {
    type: "choice",
    default: "durable",
    values: ["durable", "forgotten", "repeated"],
    summary: "Raft's rule, one durable vote a term; or votes lost in a crash; or a server may vote for several candidates of a term",
  },
  loss: { type: "number", default: 0.05, range: [0, 1], summary: "probability that a message is lost" },
  duplication: { type: "number", default: 0.05, range: [0, 1], summary: "probability that a message arrives twice" },
  delay: { type: "distribution", default: "0.8*uniform:1,10+0.2*uniform:10,150", unit: "ms", summary: "one-way delay; a wide one reorders messages" },
  faultEvery: { type: "number", default: 120, range: [1, 1_000_000], unit: "ms", summary: "mean time between faults: crashes with restart, partitions" },
  duration: { type: "number", default: 5000, range: [1, 10_000_000], unit: "ms", summary: "length of a run" },
} as const;

interface Sample {
  readonly terms: number;
  readonly most: number;
  readonly seed: number;
}

/** Claim 2.5: hostile runs of Raft's election (loss, duplication, reordering, partitions, crashes); leaders counted by term. */
export const leadersPerTerm: Experiment<typeof parameters, Sample> = {
  name: "leaders-per-term",
  question: "Can one term have two leaders?",
  parameters,
  trials: 300,
  row: {
    votes: "how servers vote",
    runs: "hostile runs",
    terms: "terms with a leader, in all runs",
    mostLeaders: "most leaders of one term in any run",
    brokenRuns: "runs in which some term had two leaders or more",
    brokenSeed: "seed of the first such trial (null: none)",
  },
  trial(values, seed) {
    const cluster = hostileElection(values, seed);
    const leaders = new Map<number, Set<number>>();
    for (const { output } of cluster.outputs) {
      const known = leaders.get(output.term);
      if (known) known.add(output.leader);
      else leaders.set(output.term, new Set([output.leader]));
    }
    return { seed, terms: leaders.size, most: Math.max(0, ...[...leaders.values()].map((set) => set.size)) };
  },
  summarize(samples, { votes }) {
    const broken = samples.filter(({ most }) => most > 1);
    return [
      {
        votes,
        runs: samples.length,
        terms: samples.reduce((sum, { terms }) => sum + terms, 0),
        mostLeaders: samples.reduce((most, sample) => Math.max(most, sample.most), 0),
        brokenRuns: broken.length,
        brokenSeed: broken[0]?.seed ?? null,
      },
    ];
  },
};

interface Hostility {
  readonly nodes: number;
  readonly votes: string;
  readonly loss: number;
  readonly duplication: number;
  readonly delay: Distribution;
  readonly faultEvery: number;
  readonly duration: number;
}

/** One hostile run, to its end. Every fault follows from the seed. */
export function hostileElection({ nodes, votes, loss, duplication, delay, faultEvery, duration }: Hostility, seed: number, { trace = false } = {}): Cluster<Raft> {
  const engine = votes === "repeated" ? raftVotingTwice : raft;
  const cluster = simulate(engine(), { size: nodes, seed, latency: delay, loss, duplication, trace, digest: false, probe: (state) => state.role });
  const random = deriveRandom(seed, nodes + 1);
  const between = () => -Math.log(1 - random()) * faultEvery;
  const anyNode = () => Math.floor(random() * nodes);
  for (let time = between(); time < duration; time += between()) {
    const kind = random();
    if (kind < 0.5) {
      const node = anyNode();
      cluster.crash(node, time);
      cluster.command({ type: "restart", node, disk: votes === "forgotten" ? "lost" : "kept" }, time + between());
    } else if (kind < 0.8) {
      cluster.partition([Array.from({ length: nodes }, (_, node) => node).filter(() => random() < 0.5)], time);
    } else cluster.heal(time);
  }
  cluster.run(duration);
  return cluster;
}
