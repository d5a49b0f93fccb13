import { createRandom, deriveRandom, parseDistribution } from "../../lib/random.js";
import { raft } from "../../lib/replication/raft/raft.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { Cluster } from "../../lib/sim/cluster.js";

/** What the answer is told. */
export interface Measured {
  readonly heartbeat: number;
  readonly delays: readonly number[];
  readonly servers: number;
  readonly mostNeedless: number;
  readonly mostSplit: number;
  readonly mostDowntime: number;
}

/** A cluster for which timeouts are to be chosen. */
export interface Setting extends Omit<Measured, "delays"> {
  readonly name: string;
  /** The one-way delay of every message, ms. */
  readonly latency: string;
}

export type Range = readonly [low: number, high: number];

export const settings = {
  rack: { name: "five servers in one rack", latency: "uniform:0.5,2", heartbeat: 20, servers: 5, mostNeedless: 0.0005, mostSplit: 0.1, mostDowntime: 80 },
  cities: { name: "three servers in three cities", latency: "uniform:5,40", heartbeat: 100, servers: 3, mostNeedless: 0.0005, mostSplit: 0.1, mostDowntime: 800 },
  four: { name: "four servers", latency: "uniform:18,22", heartbeat: 60, servers: 4, mostNeedless: 0.0005, mostSplit: 0.1, mostDowntime: 550 },
  stragglers: { name: "five servers, one message in ten being slow", latency: "0.9*uniform:1,5+0.1*uniform:40,60", heartbeat: 30, servers: 5, mostNeedless: 0.0005, mostSplit: 0.1, mostDowntime: 1200 },
  nine: { name: "nine servers", latency: "uniform:2,6", heartbeat: 25, servers: 9, mostNeedless: 0.0005, mostSplit: 0.05, mostDowntime: 300 },
} as const satisfies Readonly<Record<string, Setting>>;

/** What the answer is told of a setting: the delays are a sample. */
export function measured({ name: _name, latency, ...rest }: Setting): Measured {
  const [delay, random] = [parseDistribution(latency), createRandom(23)];
  return { ...rest, delays: Array.from({ length: 400 }, () => Math.round(100 * delay.sample(random)) / 100) };
}

/** How many heartbeats a leader sends in a healthy run, and how many crashes each setting sees. */
export const heartbeats = 1000;
export const crashes = 300;

/** A run in which nothing fails. */
export interface Healthy {
  /** How often a follower stood for election though the leader was well, and how often it waited for a heartbeat. */
  readonly needless: number;
  readonly waits: number;
  readonly cluster: Cluster<Raft>;
}

/** Lets a leader be well for 1000 heartbeats; with `first` only until a follower stands for election. */
export function healthy(setting: Setting, range: Range, seed: number, first = false): Healthy {
  const cluster = begin(setting, range, seed, first);
  const start = cluster.now;
  let needless = 0;
  let term = termOf(cluster);
  const limit = 40 * mostEvents(setting.servers);
  cluster.runUntil(
    () => {
      const now = termOf(cluster);
      needless += now - term;
      term = now;
      return (first && needless > 0) || cluster.events > limit;
    },
    start + heartbeats * setting.heartbeat,
  );
  return { needless, waits: Math.round(((cluster.now - start) / setting.heartbeat) * (setting.servers - 1)), cluster };
}

/** A run in which the leader crashes. */
export interface Crashed {
  /** Whether the first election elected nobody. */
  readonly split: boolean;
  /** Whether there was a leader again before the run ended. */
  readonly led: boolean;
  /** From the crash to the next leader, ms; if there was none, to the end of the run. */
  readonly downtime: number;
  readonly cluster: Cluster<Raft>;
}

/** Crashes the leader somewhere between two heartbeats, and lets the others elect. */
export function crashed(setting: Setting, range: Range, seed: number, trace = false): Crashed {
  const cluster = begin(setting, range, seed, trace);
  const begun = cluster.events + mostEvents(setting.servers);
  const at = cluster.now + setting.heartbeat * (3 + deriveRandom(seed, 400)());
  if (!cluster.runUntil(() => cluster.events > begun, at)) cluster.run(at);
  const crash = cluster.now;
  const term = termOf(cluster);
  cluster.command({ type: "crash", node: { role: "leader" } });
  const elected = () => cluster.nodes.find(({ up, state }) => up && state.role === "leader");
  const limit = cluster.events + mostEvents(setting.servers);
  cluster.runUntil(() => elected() !== undefined || cluster.events > limit, crash + 100 * (range[1] + setting.heartbeat));
  const leader = elected();
  return { led: leader !== undefined, split: leader === undefined || leader.state.currentTerm > term + 1, downtime: cluster.now - crash, cluster };
}

/** A cluster just when it has elected its first leader. */
function begin({ servers, latency, heartbeat }: Setting, range: Range, seed: number, trace: boolean): Cluster<Raft> {
  const cluster = new Cluster<Raft>(raft({ electionTimeout: range, heartbeat }), { size: servers, seed, latency, trace, digest: false, probe: (state) => state.role });
  cluster.input(0, { type: "campaign" });
  const limit = mostEvents(servers);
  cluster.runUntil(() => cluster.events > limit || cluster.nodes.some(({ state }) => state.role === "leader"), 100 * (range[1] + heartbeat));
  return cluster;
}

/** More events than this without a leader, or forty times as many beside one, are an avalanche of elections. */
const mostEvents = (servers: number): number => 150 * servers;

const termOf = (cluster: Cluster<Raft>): number => Math.max(...cluster.nodes.map(({ state }) => state.currentTerm));
