import type { Distribution } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { mean, percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 99], summary: "servers in the cluster" },
  tmax: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest timeout; the ranges compared are (0, tmax) and (tmax/2, tmax)" },
  heartbeat: { type: "number", default: 50, range: [1, 100_000], unit: "ms", summary: "time between a leader's heartbeats" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  watch: { type: "number", default: 10_000, range: [100, 1_000_000], unit: "ms", summary: "how long to watch a healthy cluster" },
  horizon: { type: "number", default: 20_000, range: [1, 10_000_000], unit: "ms", summary: "how long to wait for a new leader" },
} as const;

/** What one trial saw of one range. */
interface Seen {
  readonly needless: number;
  readonly downtime: number | null;
  readonly terms: number;
}

/** Claim E.1: timeouts drawn from U(0, Tmax), as the survey has it, beside Raft's U(T, 2T). */
export const timeoutRange: Experiment<typeof parameters, readonly Seen[]> = {
  name: "timeout-range",
  question: "May an election timeout be drawn from 0 to Tmax, or must it have a lower bound?",
  parameters,
  trials: 200,
  row: {
    range: "where timeouts are drawn from, ms",
    needless: "elections a minute while the leader is healthy and every message arrives",
    terms: "terms from the leader's crash to a new leader, mean",
    downtime: "median time from the crash until a majority follows a new leader, ms (null: none within the horizon)",
  },
  trial: (values, seed) => ranges(values.tmax).map((range) => watchCluster(values, range, seed)),
  summarize: (samples, { tmax, watch }) =>
    ranges(tmax).map((range, i) => {
      const seen = samples.map((sample) => sample[i]!);
      return {
        range: `U(${range[0]}, ${range[1]})`,
        needless: (mean(seen.map(({ needless }) => needless))! * 60_000) / watch,
        terms: mean(seen.map(({ terms }) => terms)),
        downtime: percentile(seen.map(({ downtime }) => downtime), 0.5),
      };
    }),
};

const ranges = (tmax: number) => [
  [0, tmax],
  [tmax / 2, tmax],
] as const;

function watchCluster(values: { nodes: number; heartbeat: number; delay: Distribution; watch: number; horizon: number }, electionTimeout: readonly [number, number], seed: number): Seen {
  const { nodes, heartbeat, delay, watch, horizon } = values;
  const cluster = simulate(raft({ electionTimeout, heartbeat }), { size: nodes, seed, latency: delay, digest: false });
  const highestTerm = () => cluster.nodes.reduce((highest, { state }) => Math.max(highest, state.currentTerm), 0);
  cluster.runUntil(() => cluster.outputs.length > 0, horizon);
  const first = highestTerm();
  cluster.run(cluster.now + watch);
  const needless = highestTerm() - first;

  // The leader of the moment crashes; if there is none at the moment, the next one does.
  const leader = () => cluster.nodes.find(({ up, state }) => up && state.role === "leader" && state.currentTerm === highestTerm());
  cluster.runUntil(() => leader() !== undefined, cluster.now + horizon);
  const crashed = cluster.now;
  const term = highestTerm();
  const dead = leader()?.id ?? 0;
  cluster.crash(dead);
  let read = cluster.outputs.length;
  let followed = 0;
  const followers = new Set<number>();
  const restored = cluster.runUntil(() => {
    for (; read < cluster.outputs.length; read++) {
      const { node, output } = cluster.outputs[read]!;
      if (output.term <= term || output.term < followed) continue;
      if (output.term > followed) followers.clear();
      followed = output.term;
      followers.add(node);
    }
    return followers.size > nodes / 2;
  }, crashed + horizon);
  return { needless, downtime: restored ? cluster.now - crashed : null, terms: highestTerm() - term };
}

