import type { Distribution } from "../random.js";
import { majority } from "../replication/raft/quorum.js";
import { primaryBackup } from "../replication/primaryBackup/primaryBackup.js";
import type { Degree } from "../replication/primaryBackup/types.js";
import { keyValue } from "../replication/service/keyValue.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 15], summary: "servers: a leader, node 0, and its followers" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  slowDelay: { type: "distribution", default: "uniform:80,120", unit: "ms", summary: "one-way delay to and from a slow follower" },
  affected: { type: "integer", default: 1, range: [1, 14], summary: "followers that are slow, or dead" },
  writes: { type: "integer", default: 40, range: [1, 10_000], summary: "writes that are asked of the leader" },
  interval: { type: "number", default: 10, range: [0.1, 10_000], unit: "ms", summary: "time between two of them" },
  horizon: { type: "number", default: 5000, range: [1, 1_000_000], unit: "ms", summary: "how long to wait for answers after the last write" },
} as const;

const WAITS = [
  { waitsFor: "all", acknowledge: "synchronous" },
  { waitsFor: "a majority", acknowledge: "majority" },
] as const satisfies readonly { readonly waitsFor: string; readonly acknowledge: Degree }[];
const FOLLOWERS = ["well", "slow", "dead"] as const;
const CASES = FOLLOWERS.flatMap((followers) => WAITS.map((wait) => ({ ...wait, followers })));

/** By case, for each write: how long it took to be answered, ms; null: it was not. */
type Sample = readonly (readonly (number | null)[])[];

/**
 * Claim 2.10: the survey's leader "waits for the answers of all" and decides "when it has a majority": two rules that agree only while all is
 * well. Both, on the same primary–backup engine, which differs in nothing else, with followers well, slow and dead. Nobody takes over: the leader is up
 * throughout, and so is a majority.
 */
export const waitForAll: Experiment<typeof parameters, Sample> = {
  name: "wait-for-all",
  question: "Can a leader wait for all answers and decide on a majority?",
  parameters,
  trials: 30,
  row: {
    followers: "how `affected` of the followers are: `well`, `slow` or `dead`",
    waitsFor: "whose answers the leader waits for before it decides: `all`, or `a majority` with itself",
    writes: "writes asked of the leader, in all runs",
    decided: "share of them that it decided and answered within the horizon",
    p50: "median time from the request to the answer, ms (null: half or more never were)",
    p99: "99th percentile of that time, ms (null: more than one in a hundred never was)",
  },
  check({ nodes, affected }) {
    if (nodes - affected < majority(nodes)) throw new Error(`a majority must stay well: affected may be ${nodes - majority(nodes)} of ${nodes} at most, not ${affected}`);
  },
  trial: (values, seed) => CASES.map(({ acknowledge, followers }) => latencies({ ...values, acknowledge, followers }, seed)),
  summarize: (samples) =>
    CASES.map(({ followers, waitsFor }, i) => {
      const times = samples.flatMap((sample) => sample[i]!);
      return { followers, waitsFor, writes: times.length, decided: times.filter((time) => time !== null).length / times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
    }),
};

interface Circumstances {
  readonly nodes: number;
  readonly delay: Distribution;
  readonly slowDelay: Distribution;
  readonly affected: number;
  readonly writes: number;
  readonly interval: number;
  readonly horizon: number;
  readonly acknowledge: Degree;
  readonly followers: (typeof FOLLOWERS)[number];
}

function latencies({ nodes, delay, slowDelay, affected, writes, interval, horizon, acknowledge, followers }: Circumstances, seed: number): readonly (number | null)[] {
  const isAffected = (node: number) => node >= nodes - affected;
  // Long enough that a slow follower is not taken for one that misses its leader.
  const cluster = simulate(primaryBackup(keyValue, { acknowledge, timeout: PATIENCE, heartbeat: PATIENCE / 20 }), {
    size: nodes,
    seed,
    digest: false,
    latency: (from, to) => (followers === "slow" && (isAffected(from) || isAffected(to)) ? slowDelay : delay),
  });
  if (followers === "dead") for (let node = nodes - affected; node < nodes; node++) cluster.crash(node, BEGIN);
  const asked = Array.from({ length: writes }, (_, i) => BEGIN + i * interval);
  for (const [client, at] of asked.entries()) cluster.input(0, { type: "request", client, serial: 1, command: { op: "put", key: "a", value: String(client) } }, at);
  const end = BEGIN + writes * interval + horizon;
  let answered = 0;
  cluster.runUntil(() => {
    while (answered < cluster.outputs.length && cluster.outputs[answered]!.output.type === "answer") answered++;
    return answered === writes;
  }, end);
  const times: (number | null)[] = asked.map(() => null);
  for (const { time, output } of cluster.outputs) if (output.type === "answer") times[output.client] ??= time - asked[output.client]!;
  return times;
}

/** When the first write is asked: by then the first view has begun. And how long followers miss a silent leader, ms. */
const BEGIN = 1000;
const PATIENCE = 2000;
