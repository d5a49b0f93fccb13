import { antiEntropy } from "../gossip/antiEntropy/antiEntropy.js";
import { lastWriterWinsCells } from "../gossip/antiEntropy/cells/lastWriterWins.js";
import type { StampedEngine } from "../gossip/antiEntropy/stamped.promises.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Random } from "../random.js";
import { simulate } from "../sim/cluster.js";
import { cache } from "../systems/cache/cache.js";
import { memberRings } from "../systems/cache/memberRing.js";
import { lru } from "../systems/cache/lru.js";
import type { RecencyList } from "../systems/cache/recencyList.js";
import type { Cache, CacheMessage, Written } from "../systems/cache/types.js";
import { cacheBytesOf } from "./cacheBytesOf.js";
import type { Experiment, Values } from "./experiment.js";
import { gossipBytesOf, type PartSizes } from "./gossipBytesOf.js";

const parameters = {
  nodes: { type: "list", default: "4,8,16", values: [], summary: "nodes of the cache" },
  keysPerNode: { type: "integer", default: 15, range: [1, 100_000], unit: "keys", summary: "different keys, for each node there is" },
  replicas: { type: "integer", default: 3, range: [1, 1000], summary: "copies of a key on the ring" },
  points: { type: "integer", default: 64, range: [1, 100_000], summary: "virtual nodes a node on the ring" },
  writes: { type: "number", default: 0.5, range: [0, 10_000], summary: "writes a node and round, each of any key, at any node" },
  rounds: { type: "integer", default: 10, range: [1, 100_000], summary: "rounds that are counted; all copies are in step at the beginning" },
  period: { type: "number", default: 200, range: [1, 1_000_000], unit: "ms", summary: "a round: how often each node exchanges with another, and pings one" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  headerBytes: { type: "number", default: 40, range: [0, 10_000], unit: "bytes", summary: "of a message: UDP, IP, and its kind" },
  keyBytes: { type: "number", default: 16, range: [0, 10_000], unit: "bytes", summary: "length of a key" },
  valueBytes: { type: "number", default: 100, range: [0, 1_000_000], unit: "bytes", summary: "length of a value" },
  timestampBytes: { type: "number", default: 12, range: [0, 10_000], unit: "bytes", summary: "of a timestamp with its writer" },
  hashBytes: { type: "number", default: 4, range: [0, 10_000], unit: "bytes", summary: "of a hash, and of a number of a tree's node" },
} as const;

export const CACHE_DESIGNS = ["gossip to all", "replicas on a ring"] as const;

interface Measured {
  readonly bytes: number;
  /** Entries of the fullest node. */
  readonly fullest: number;
}

/** By cluster size and design. */
type Sample = readonly Measured[];

/**
 * Claim 4.4: every node of a cache gossips all that it holds to the others, beside a ring with a few replicas that compare
 * Merkle trees. Both hold so many keys for each node there is, and take the same writes; how many bytes does a node send
 * each round, and how many keys could the cluster hold, if a node has room for so many?
 */
export const cacheGossip: Experiment<typeof parameters, Sample> = {
  name: "cache-gossip",
  question: "What does it cost if every cache node gossips all that it holds to all others?",
  parameters,
  trials: 1,
  row: {
    nodes: "cache nodes",
    design: "`gossip to all`: full state, push and pull, every node holds everything; `replicas on a ring`: this course's cache, SWIM's messages included",
    keys: "different keys in the cluster",
    bytes: "bytes that a node sends each round",
    perWrite: "bytes sent in all, for each write (null: there were none)",
    capacity: "keys that the cluster can hold, as a multiple of what one node has room for",
  },
  check({ nodes }) {
    if (typeof nodes === "string" || !nodes.every((n) => Number.isInteger(n) && n >= 2 && n <= 1000)) throw new Error("nodes: expected whole numbers from 2 to 1000, such as 4,16");
  },
  trial: (values, seed) => (values.nodes as readonly number[]).flatMap((nodes) => [gossiping(values, nodes, seed), onRing(values, nodes, seed)]),
  summarize(samples, { nodes, keysPerNode, rounds, writes }) {
    return (nodes as readonly number[]).flatMap((n, i) =>
      CACHE_DESIGNS.map((design, d) => {
        const mean = (of: (measured: Measured) => number) => samples.reduce((sum, sample) => sum + of(sample[2 * i + d]!), 0) / samples.length;
        const bytes = mean((measured) => measured.bytes);
        const written = Math.round(writes * rounds * n);
        return { nodes: n, design, keys: keysPerNode * n, bytes: bytes / n / rounds, perWrite: written > 0 ? bytes / written : null, capacity: (keysPerNode * n) / mean(({ fullest }) => fullest) };
      }),
    );
  },
};

type Given = Values<typeof parameters>;

const sizesOf = ({ headerBytes, keyBytes, valueBytes, timestampBytes, hashBytes }: Given): PartSizes => ({ header: headerBytes, key: keyBytes, value: valueBytes, timestamp: timestampBytes, hash: hashBytes });
const keysOf = ({ keysPerNode }: Given, nodes: number) => Array.from({ length: keysPerNode * nodes }, (_, i) => `key ${i}`);

/** When, where and what is written. */
function writesOf(given: Given, nodes: number, seed: number): readonly { readonly at: number; readonly node: number; readonly key: string }[] {
  const random: Random = deriveRandom(seed, 5000 + nodes);
  const keys = keysOf(given, nodes);
  return Array.from({ length: Math.round(given.writes * given.rounds * nodes) }, () => ({ at: random() * given.rounds * given.period, node: Math.floor(random() * nodes), key: keys[Math.floor(random() * keys.length)]! }));
}

function gossiping(given: Given, nodes: number, seed: number): Measured {
  const { latency, period, rounds } = given;
  const sizes = sizesOf(given);
  let bytes = 0;
  const begin = Object.fromEntries(keysOf(given, nodes).map((key) => [key, { value: "old", timestamp: { time: 0, node: 0 }, seenBy: [] }]));
  const cluster = simulate<StampedEngine>(antiEntropy(lastWriterWinsCells(), { method: "full", period }), {
    size: nodes,
    seed,
    digest: false,
    latency: (_from, _to, message) => {
      bytes += gossipBytesOf(message as StampedEngine["Message"], sizes);
      return latency;
    },
    disks: () => ({ log: [{ type: "merge" as const, cells: begin }] }),
  });
  for (const [id, { at, node, key }] of writesOf(given, nodes, seed).entries()) cluster.command({ type: "input", node, input: { type: "change", id, key, change: { value: "new" } } }, at);
  cluster.run(rounds * period);
  return { bytes, fullest: Math.max(...cluster.nodes.map(({ state }) => Object.keys(state.store).length)) };
}

function onRing(given: Given, nodes: number, seed: number): Measured {
  const { latency, period, rounds } = given;
  const sizes = sizesOf(given);
  let bytes = 0;
  const cluster = simulate(filled(given, nodes), {
    size: nodes + 1,
    seed,
    digest: false,
    latency: (_from, _to, message) => {
      bytes += cacheBytesOf(message as CacheMessage, sizes);
      return latency;
    },
  });
  for (const [id, { at, node, key }] of writesOf(given, nodes, seed).entries()) cluster.command({ type: "input", node, input: { type: "request", client: id, serial: 1, command: { op: "put", key, value: "new" } } }, at);
  cluster.run(rounds * period);
  return { bytes, fullest: Math.max(...cluster.nodes.map(({ state }) => (state.kind === "node" ? Object.keys(state.entries).length : 0))) };
}

/** The cache, with nodes that begin with their keys. */
function filled(given: Given, nodes: number): Protocol<Cache> {
  const { period, points, replicas } = given;
  const keys = keysOf(given, nodes);
  const copies = Math.min(replicas, nodes);
  const capacity = keys.length;
  const engine = cache({ replicas: copies, acks: Math.floor(copies / 2) + 1, capacity, points, interval: period, watch: Infinity, warmUp: false, ttl: 1e9, membership: { period, pingTimeout: period / 2 } });
  const rings = memberRings({ replicas: copies, points });
  const all = Array.from({ length: nodes }, (_, node) => node);
  const old: Written = { kind: "written", value: "old", stamp: { time: 0, node: 0 }, expires: 1e9 };
  const policy = lru(capacity);
  return {
    ...engine,
    init(self, size, stored) {
      const state = engine.init(self, size, stored);
      if (state.kind === "origin") return state;
      for (const key of keys) {
        if (!rings(all).replicasOf(key).includes(self)) continue;
        state.entries[key] = old;
        policy.add(state.policy as RecencyList, key);
      }
      return state;
    },
  };
}
