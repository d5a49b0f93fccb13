import { gossipElection as gossipProtocol } from "../election/gossipElection.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "list", default: "3,5,9,20", values: [], summary: "sizes of the cluster that are tried" },
  fanouts: { type: "list", default: "1,2", values: [], summary: "to how many random neighbours a node sends in a round: the values that are tried" },
  neighbours: { type: "integer", default: 1000, range: [1, 1000], summary: "how many others a node knows at first; 1000: all" },
  rival: { type: "choice", default: "stays", values: ["stays", "yields"], summary: "what a leader does that is told of another: stays one, or yields to it" },
  period: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "time between a node's rounds" },
  start: { type: "choice", default: "together", values: ["together", "apart"], summary: "whether nodes begin their rounds at one moment, or each somewhere in a first period" },
  loss: { type: "number", default: 0, range: [0, 1], summary: "probability that a message is lost" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  rounds: { type: "integer", default: 30, range: [1, 100_000], summary: "how many rounds to wait for an election to end" },
} as const;

const WINDOWS = ["start", "round"] as const;

interface Outcome {
  /** Nodes that take themselves for the leader at the end. */
  readonly leaders: number;
  /** Whether all nodes follow one leader at the end. */
  readonly agreed: boolean;
}

/** Claim 2.1: the survey's election by gossip, as it is written. How many nodes come to lead? */
export const gossipElection: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "gossip-election",
  question: "If whoever hears from most of its neighbours leads, how many leaders are there?",
  parameters,
  trials: 200,
  row: {
    window: "since when a neighbour counts as heard: since the `start`, or since the node's own last `round`",
    nodes: "nodes in the cluster",
    fanout: "to how many neighbours a node sends in a round",
    none: "share of runs that end with no leader",
    one: "share of runs that end with one",
    several: "share of runs that end with two or more",
    leaders: "leaders at the end, mean",
    agreed: "share of runs at whose end all nodes follow the same leader",
  },
  check({ nodes, fanouts }) {
    for (const [name, given] of [["nodes", nodes], ["fanouts", fanouts]] as const) {
      if (typeof given === "string" || given.length === 0) throw new Error(`${name} needs one number or more`);
      const [low, high] = name === "nodes" ? [2, 200] : [1, 199];
      const bad = given.find((value) => !Number.isInteger(value) || value < low || value > high);
      if (bad !== undefined) throw new Error(`${name} are whole numbers from ${low} to ${high}: got ${bad}`);
    }
  },
  trial({ neighbours, rival, period, start, loss, delay, rounds, ...values }, seed) {
    return cases(values).map(({ window, nodes, fanout }) => {
      const engine = gossipProtocol({ period, startWithin: start === "together" ? 0 : period, fanout, window, rival: rival as "stays" | "yields", neighbours });
      const cluster = simulate(engine, { size: nodes, seed, latency: delay, loss, digest: false });
      cluster.run(rounds * period);
      const followed = new Set(cluster.nodes.map(({ state }) => state.leader));
      return { leaders: cluster.nodes.filter(({ state }) => state.role === "leader").length, agreed: followed.size === 1 && !followed.has(null) };
    });
  },
  summarize: (samples, values) =>
    cases(values).map((given, i) => {
      const share = (holds: (outcome: Outcome) => boolean) => samples.filter((sample) => holds(sample[i]!)).length / samples.length;
      return {
        ...given,
        none: share(({ leaders }) => leaders === 0),
        one: share(({ leaders }) => leaders === 1),
        several: share(({ leaders }) => leaders > 1),
        leaders: samples.reduce((sum, sample) => sum + sample[i]!.leaders, 0) / samples.length,
        agreed: share(({ agreed }) => agreed),
      };
    }),
};

/** What is tried in every trial, in the order of the rows. */
function cases({ nodes, fanouts }: { readonly nodes: string | readonly number[]; readonly fanouts: string | readonly number[] }) {
  return WINDOWS.flatMap((window) => (nodes as readonly number[]).flatMap((size) => (fanouts as readonly number[]).map((fanout) => ({ window, nodes: size, fanout }))));
}
