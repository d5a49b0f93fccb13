import type { NodeId } from "../protocol.js";
import { deriveRandom, type Distribution, parseDistribution } from "../random.js";
import { raft, type RaftOptions } from "../replication/raft/raft.js";
import type { Entry, Raft, RaftMessage } from "../replication/raft/types.js";
import { type Cluster, simulate } from "../sim/cluster.js";
import type { Experiment, Values } from "./experiment.js";
import { summary } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [1, 99], summary: "servers in the cluster" },
  failed: { type: "integer", default: 1, range: [1, 99], summary: "servers that crash at the same moment, the leader among them" },
  low: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "shortest election timeout" },
  high: { type: "number", default: 300, range: [1, 100_000], unit: "ms", summary: "longest election timeout" },
  requestDelay: { type: "distribution", default: "uniform:0.5,6", unit: "ms", summary: "one-way delay of vote requests and heartbeats" },
  replyDelay: { type: "distribution", default: "uniform:4,8", unit: "ms", summary: "delay of the replies, the write to disk included" },
  logLengths: {
    type: "list",
    default: "distinct",
    values: ["distinct", "equal"],
    unit: "entries",
    summary: "log lengths of the survivors: all different (1, 2, 3 …), all equal, or a list with one number a survivor",
  },
  crashPhase: {
    type: "choice",
    default: "uniform",
    values: ["uniform", "none"],
    summary: "when the leader crashes after a heartbeat: at a uniformly random point of the interval, or at once, while every timer is fresh",
  },
  heartbeat: { type: "number", default: 0, range: [0, 100_000], unit: "ms", summary: "heartbeat interval; 0 means half the shortest timeout" },
  preVote: { type: "choice", default: "off", values: ["off", "on"], summary: "ask before campaigning (pre-vote)" },
  horizon: { type: "number", default: 60_000, range: [1, 10_000_000], unit: "ms", summary: "how long to wait for a new leader before giving up" },
} as const;

/** Downtime of one failover in ms; null if there was no new leader within the horizon. */
type Downtime = number | null;

/**
 * How long a cluster has no leader after its leader crashes: Ongaro and Ousterhout 2014, Figure 16 of the extended
 * version (Figure 14 of the one in the proceedings of USENIX ATC). A leader sends one heartbeat that reaches all followers at the same instant and crashes somewhere in the interval that
 * follows; downtime ends when every survivor has heard the new leader's first heartbeat.
 */
export const electionDowntime: Experiment<typeof parameters, Downtime> = {
  name: "election-downtime",
  question: "How long is a Raft cluster without a leader after its leader crashes?",
  parameters,
  trials: 1000,
  row: {
    min: "shortest downtime, ms",
    p1: "1st percentile of downtime, ms (null: no new leader within the horizon in at least 99 % of the trials; likewise below)",
    p10: "10th percentile, ms",
    p50: "median, ms",
    p75: "75th percentile, ms",
    p90: "90th percentile, ms",
    p95: "95th percentile, ms",
    p99: "99th percentile, ms",
    p999: "99.9th percentile, ms",
    max: "longest downtime, ms",
    mean: "mean, ms (null if any trial saw no new leader)",
  },
  check({ nodes, failed, low, high, logLengths }) {
    if (low > high) throw new Error(`low must not exceed high: got low ${low} ms and high ${high} ms`);
    if (failed > nodes) throw new Error(`failed must not exceed nodes: got ${failed} of ${nodes}`);
    if (typeof logLengths === "string") return;
    const bad = logLengths.find((length) => !Number.isInteger(length) || length < 0 || length > 10_000);
    if (bad !== undefined) throw new Error(`log-lengths are whole numbers from 0 to 10000: got ${bad}`);
    if (logLengths.length !== nodes - failed) throw new Error(`log-lengths needs one number for each of the ${nodes - failed} survivors: got ${logLengths.length}`);
  },
  trial: (values, seed) => failover(values, seed).downtime,
  summarize: (samples) => [summary(samples)],
};

/** One failover, with the cluster it happened in (and with its trace, if asked for) and the time of the crash, ms. */
export function failover(values: Values<typeof parameters>, seed: number, { trace = false } = {}): { downtime: Downtime; crashed: number; cluster: Cluster<Raft> } {
  const { nodes, failed, low, high, requestDelay, replyDelay, logLengths, crashPhase, horizon } = values;
  const heartbeat = values.heartbeat || low / 2;
  const options: RaftOptions = { electionTimeout: [low, high], heartbeat, preVote: values.preVote === "on" };
  const lengths = survivorLengths(logLengths, nodes - failed);
  const longest = Math.max(1, ...lengths);
  const cluster = simulate(raft(options), {
    size: nodes,
    seed,
    trace,
    digest: false,
    probe: (state) => state.role,
    latency: (from, to, message) => (from === OLD_LEADER || to === OLD_LEADER ? atOnce : isReply(message as RaftMessage) ? replyDelay : requestDelay),
    disks: (node) => ({ log: entries(node < failed ? longest : lengths[node - failed]!) }),
  });
  cluster.input(OLD_LEADER, { type: "campaign" });
  cluster.run(0);
  const phase = crashPhase === "none" ? 0 : deriveRandom(seed, nodes + 1)();
  const crashed = phase * heartbeat;
  cluster.run(crashed);
  for (let node = 0; node < failed; node++) cluster.crash(node);
  const restored = cluster.runUntil(followedByAll(cluster, nodes - failed), crashed + horizon);
  return { downtime: restored ? cluster.now - crashed : null, crashed, cluster };
}

const OLD_LEADER: NodeId = 0;
const atOnce: Distribution = parseDistribution("constant:0");
const isReply = (message: RaftMessage) => message.type.endsWith("Reply");
const entries = (length: number) => new Array<Entry>(length).fill(entry);
const entry: Entry = { term: 1, command: null };

function survivorLengths(logLengths: string | readonly number[], survivors: number): readonly number[] {
  if (typeof logLengths !== "string") return logLengths;
  return Array.from({ length: survivors }, (_, i) => (logLengths === "equal" ? 1 : i + 1));
}

/** Whether all survivors have reported one new leader in one term; reads each of the cluster's outputs once. */
function followedByAll(cluster: Cluster<Raft>, survivors: number): () => boolean {
  let read = cluster.outputs.length;
  let term = 0;
  const followers = new Set<NodeId>();
  return () => {
    for (; read < cluster.outputs.length; read++) {
      const { node, output } = cluster.outputs[read]!;
      if (output.term < term) continue;
      if (output.term > term) followers.clear();
      term = output.term;
      followers.add(node);
    }
    return survivors > 0 && followers.size === survivors;
  };
}
