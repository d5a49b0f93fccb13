import { deriveRandom } from "../random.js";
import { simulate } from "../sim/cluster.js";
import { cache } from "../systems/cache/cache.js";
import { covers } from "../systems/cache/lossPromise.js";
import type { Written } from "../systems/cache/types.js";
import type { Experiment, Values } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 6, range: [2, 1000], summary: "nodes of the cache" },
  replicas: { type: "integer", default: 3, range: [1, 100], summary: "replicas of a key" },
  acks: { type: "list", default: "1,2,3", values: [], summary: "replicas that hold a write before it is answered (W)" },
  crashes: { type: "list", default: "1,2,3", values: [], summary: "nodes that crash at the same moment, and start again empty" },
  eager: { type: "integer", default: 1, range: [1, 100], summary: "replicas that a write is sent to at once, W at least; the others hear of it in the background" },
  churn: { type: "choice", default: "yes", values: ["yes", "no"], summary: "whether a node joins and another leaves while clients write" },
  interval: { type: "number", default: 100, range: [1, 1_000_000], unit: "ms", summary: "how often a node compares what it holds with another" },
  gap: { type: "number", default: 20, range: [0.1, 1_000_000], unit: "ms", summary: "time between two writes" },
  time: { type: "number", default: 1500, range: [1, 1_000_000], unit: "ms", summary: "how long clients write" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  settle: { type: "number", default: 1500, range: [0, 1_000_000], unit: "ms", summary: "time from the last write to the count" },
} as const;

/** Acknowledged, and lost, for each W and number of crashes. */
type Sample = readonly { readonly acknowledged: number; readonly lost: number }[];

/**
 * What the cache promises of writes: acknowledged by W of n replicas, they survive W − 1 crashes. Clients write while a node
 * joins and another leaves; then some nodes crash at one moment, just after a write was acknowledged. How many
 * acknowledged writes does nobody hold any more?
 */
export const cacheLosses: Experiment<typeof parameters, Sample> = {
  name: "cache-losses",
  question: "How many acknowledged writes does a cache lose when nodes crash?",
  parameters,
  trials: 3,
  row: { acks: "replicas that hold a write before it is answered (W)", crashes: "nodes that crash at once", acknowledged: "writes that were acknowledged, in all trials", lost: "of these, how many nobody holds afterwards" },
  check({ nodes, replicas, acks, crashes }) {
    if (replicas > nodes) throw new Error(`replicas must not exceed nodes: got ${replicas} on ${nodes}`);
    if (typeof acks === "string" || !acks.every((w) => Number.isInteger(w) && w >= 1 && w <= replicas)) throw new Error(`acks: expected whole numbers from 1 to the ${replicas} replicas`);
    if (typeof crashes === "string" || !crashes.every((count) => Number.isInteger(count) && count >= 0 && count <= nodes)) throw new Error(`crashes: expected whole numbers from 0 to the ${nodes} nodes`);
  },
  trial: (values, seed) => pointsOf(values).map(({ w, count }) => lossesOf(values, w, count, seed)),
  summarize(samples, values) {
    return pointsOf(values).map(({ w, count }, i) => ({ acks: w, crashes: count, acknowledged: samples.reduce((sum, sample) => sum + sample[i]!.acknowledged, 0), lost: samples.reduce((sum, sample) => sum + sample[i]!.lost, 0) }));
  },
};

type Given = Values<typeof parameters>;

const pointsOf = ({ acks, crashes }: Given) => (acks as readonly number[]).flatMap((w) => (crashes as readonly number[]).map((count) => ({ w, count })));

function lossesOf({ nodes, replicas, eager, churn, interval, gap, time, latency, settle }: Given, w: number, count: number, seed: number): Sample[number] {
  const joins = churn === "yes" && nodes > replicas + 1;
  const cluster = simulate(cache({ replicas, acks: w, eager: Math.min(replicas, Math.max(w, eager)), interval, watch: Infinity, membership: { period: 200, pingTimeout: 60, linger: 600, joined: joins ? nodes - 1 : nodes } }), { size: nodes + 1, seed, latency, digest: false });
  const random = deriveRandom(seed, 100 * w + count);
  for (let at = gap, client = 0; at < time; at += gap) cluster.command({ type: "input", node: Math.floor(random() * (nodes - 1)), input: { type: "request", client: client++, serial: 1, command: { op: "put", key: `key ${client}`, value: `${client}` } } }, at);
  if (joins) cluster.command({ type: "input", node: nodes - 2, input: { type: "leave" } }, time / 2);
  cluster.run(time);
  const before = cluster.outputs.length;
  // The moment at which one more write has just been acknowledged.
  cluster.command({ type: "input", node: 0, input: { type: "request", client: 1_000_000, serial: 1, command: { op: "put", key: "the last", value: "1" } } }, cluster.now);
  cluster.runUntil(() => cluster.outputs.slice(before).some(({ output }) => output.type === "answer" && output.key === "the last"), cluster.now + 1000);
  // Its holders crash first.
  const acknowledged = cluster.outputs.flatMap(({ output }) => (output.type === "answer" && output.op === "put" ? [output] : []));
  const last = acknowledged.at(-1)!;
  const order = cluster.nodes.slice(0, nodes).map(({ id, state }) => ({ id, holds: state.kind === "node" && covers(state, last.key, last.written.stamp) }));
  order.sort((a, b) => Number(b.holds) - Number(a.holds) || a.id - b.id);
  for (const { id } of order.slice(0, count)) cluster.crash(id);
  for (const { id } of order.slice(0, count)) cluster.command({ type: "restart", node: id }, cluster.now + 1);
  cluster.run(cluster.now + settle);
  const isHeld = (key: string, { stamp }: Written) => cluster.nodes.some(({ up, state }) => up && state.kind === "node" && covers(state, key, stamp));
  return { acknowledged: acknowledged.length, lost: acknowledged.filter(({ key, written }) => !isHeld(key, written)).length };
}
