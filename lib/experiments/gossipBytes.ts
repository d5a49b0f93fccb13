import { antiEntropy, type AntiEntropyMethod } from "../gossip/antiEntropy/antiEntropy.js";
import { lastWriterWinsCells } from "../gossip/antiEntropy/cells/lastWriterWins.js";
import type { StampedEngine } from "../gossip/antiEntropy/stamped.promises.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { gossipBytesOf, type PartSizes } from "./gossipBytesOf.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "list", default: "4,8,24", values: [], summary: "cluster sizes" },
  changed: { type: "list", default: "0.01,0.1,1", values: [], summary: "shares of the keys that are written, each once at a random node" },
  keys: { type: "integer", default: 100, range: [1, 100_000], summary: "keys in every store" },
  period: { type: "number", default: 100, range: [1, 1_000_000], unit: "ms", summary: "time between a node's rounds" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message, apart from its bytes" },
  bandwidth: { type: "number", default: 1250, range: [0.001, 1e9], unit: "bytes/ms", summary: "what each link carries; 1250 are 10 Mbit/s" },
  headerBytes: { type: "number", default: 40, range: [0, 10_000], unit: "bytes", summary: "of a message: UDP, IP, and its kind" },
  keyBytes: { type: "number", default: 16, range: [0, 10_000], unit: "bytes", summary: "length of a key" },
  valueBytes: { type: "number", default: 100, range: [0, 1_000_000], unit: "bytes", summary: "length of a value" },
  timestampBytes: { type: "number", default: 12, range: [0, 10_000], unit: "bytes", summary: "of a timestamp with its writer" },
  hashBytes: { type: "number", default: 4, range: [0, 10_000], unit: "bytes", summary: "of a hash, and of a number of a tree's node" },
  depth: { type: "integer", default: 6, range: [0, 20], summary: "the Merkle tree has 2^depth leaves" },
  levels: { type: "integer", default: 3, range: [1, 20], summary: "levels of the tree that one message compares" },
  restRounds: { type: "integer", default: 5, range: [1, 1000], summary: "rounds that are watched once all stores are equal" },
  horizon: { type: "number", default: 100_000, range: [1, 1e9], unit: "ms", summary: "how long to wait for that" },
} as const;

export const ANTI_ENTROPY_METHODS = ["full", "digests", "merkle", "deltas"] as const satisfies readonly AntiEntropyMethod[];

/** What it took until all stores were equal. */
interface Spread {
  /** Ms; null: they never were. */
  readonly time: number | null;
  /** Bytes sent by all nodes until then. */
  readonly bytes: number;
  /** Messages until then. */
  readonly messages: number;
  /** Bytes sent by all nodes in the rounds after. */
  readonly restBytes: number;
}

/** For each cluster size, share and method. */
type Sample = readonly Spread[];

/**
 * Claim G.2: stores of many nodes are equal, then some keys are written; how many bytes and how much time does
 * anti-entropy take to make them equal again, by how two nodes compare their stores, and how many bytes when nothing is
 * written any more? All nodes know at the beginning that the others have what was there.
 */
export const gossipBytes: Experiment<typeof parameters, Sample> = {
  name: "gossip-bytes",
  question: "What do better ways of anti-entropy save, in bytes and in time?",
  parameters,
  trials: 2,
  row: {
    nodes: "cluster size",
    changed: "share of the keys that are written",
    method: "how two nodes compare: `full` state, `digests` first, `merkle` trees, `deltas` with acknowledgements",
    time: "median time until all stores are equal, ms (null: some never were)",
    rounds: "the same in rounds",
    bytes: "mean bytes that a node sends until then",
    overhead: "the same, as a multiple of what the others' writes take: the least that a node must receive",
    messages: "mean messages that a node sends until then",
    restBytes: "mean bytes that a node sends a round after that",
  },
  check({ nodes, changed }) {
    if (!numbersIn(nodes).every((n) => Number.isInteger(n) && n >= 2 && n <= 10_000)) throw new Error("nodes: expected whole numbers from 2 to 10000, such as 4,16");
    if (!numbersIn(changed).every((share) => share > 0 && share <= 1)) throw new Error("changed: expected shares above 0, up to 1, such as 0.01,1");
  },
  trial: (values, seed) => pointsOf(values).map(({ nodes, changed, method }) => spread({ ...values, nodes, changed, method }, seed)),
  summarize(samples, values) {
    const { keys, period, keyBytes, valueBytes, timestampBytes, restRounds } = values;
    return pointsOf(values).map(({ nodes, changed, method }, i) => {
      const spreads = samples.map((sample) => sample[i]!);
      const mean = (of: (spread: Spread) => number) => spreads.reduce((sum, spread) => sum + of(spread), 0) / spreads.length / nodes;
      const time = percentile(spreads.map((spread) => spread.time), 0.5);
      const bytes = mean((spread) => spread.bytes);
      const least = ((writes(keys, changed) * (nodes - 1)) / nodes) * (keyBytes + valueBytes + timestampBytes);
      return { nodes, changed, method, time, rounds: time === null ? null : time / period, bytes, overhead: least > 0 ? bytes / least : null, messages: mean((spread) => spread.messages), restBytes: mean((spread) => spread.restBytes) / restRounds };
    });
  },
};

const numbersIn = (list: string | readonly number[]) => (typeof list === "string" ? [] : list);
const writes = (keys: number, changed: number) => Math.max(1, Math.round(keys * changed));

const pointsOf = ({ nodes, changed }: { readonly nodes: string | readonly number[]; readonly changed: string | readonly number[] }) =>
  numbersIn(nodes).flatMap((n) => numbersIn(changed).flatMap((share) => ANTI_ENTROPY_METHODS.map((method) => ({ nodes: n, changed: share, method }))));

interface Point {
  readonly nodes: number;
  readonly changed: number;
  readonly method: AntiEntropyMethod;
  readonly keys: number;
  readonly period: number;
  readonly latency: Distribution;
  readonly bandwidth: number;
  readonly headerBytes: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly timestampBytes: number;
  readonly hashBytes: number;
  readonly depth: number;
  readonly levels: number;
  readonly restRounds: number;
  readonly horizon: number;
}

function spread(point: Point, seed: number): Spread {
  const { nodes, changed, keys, period, latency, bandwidth, restRounds, horizon } = point;
  const sizes: PartSizes = { header: point.headerBytes, key: point.keyBytes, value: point.valueBytes, timestamp: point.timestampBytes, hash: point.hashBytes };
  let bytes = 0;
  let messages = 0;
  const begin = Object.fromEntries(Array.from({ length: keys }, (_, key) => [`key ${key}`, { value: "old", timestamp: { time: 0, node: 0 }, seenBy: [] }]));
  const cluster = simulate(inStep(point), {
    size: nodes,
    seed,
    digest: false,
    latency: (_from, _to, message) => {
      const size = gossipBytesOf(message as StampedEngine["Message"], sizes);
      bytes += size;
      messages++;
      return { text: latency.text, sample: (random) => latency.sample(random) + size / bandwidth };
    },
    disks: () => ({ log: [{ type: "merge" as const, cells: begin }] }),
  });
  const random = deriveRandom(seed, nodes + 1);
  const order = Object.keys(begin).map((key) => ({ key, at: random() })).sort((a, b) => a.at - b.at);
  // Behind a write that is not known yet; a node with none of them missing has all.
  order.slice(0, writes(keys, changed)).forEach(({ key }, id) => cluster.input(Math.floor(random() * nodes), { type: "change", id, key, change: { value: "new" } }));
  const known = new Map(cluster.nodes.map(({ id }) => [id, { sequence: -1, all: false }]));
  const allEqual = () => cluster.nodes.every(({ id, state }) => {
    const last = known.get(id)!;
    if (!last.all && last.sequence !== state.sequence) {
      last.sequence = state.sequence;
      last.all = order.slice(0, writes(keys, changed)).every(({ key }) => state.store[key]!.value === "new");
    }
    return last.all;
  });
  const equal = cluster.runUntil(allEqual, horizon);
  const until = { time: equal ? cluster.now : null, bytes, messages };
  cluster.run(cluster.now + restRounds * period);
  return { ...until, restBytes: bytes - until.bytes };
}

/** The engine, with nodes that know at their start that the others have the same. */
function inStep({ nodes, method, period, depth, levels }: Point): Protocol<StampedEngine> {
  const engine = antiEntropy(lastWriterWinsCells(), { method, period, depth, levels });
  return {
    ...engine,
    init(self, size, stored, log) {
      const state = engine.init(self, size, stored, log);
      return { ...state, acknowledged: Object.fromEntries(Array.from({ length: nodes }, (_, node) => [node, state.sequence])) };
    },
  };
}
