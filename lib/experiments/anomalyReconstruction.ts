import { isBefore, logsOf, type WrittenPair } from "./anomaly/logs.js";
import { DESIGNS, runStore, type StoreRun } from "./anomaly/stores.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  nodes: { type: "integer", default: 5, range: [3, 25], summary: "nodes in the cluster" },
  replicas: { type: "integer", default: 3, range: [2, 25], summary: "copies of a key where nobody leads" },
  clients: { type: "integer", default: 6, range: [2, 100], summary: "clients, each with one request at a time" },
  keys: { type: "integer", default: 12, range: [1, 1000], summary: "keys that are asked for" },
  think: { type: "number", default: 20, range: [0, 10_000], unit: "ms", summary: "how long a client waits between an answer and its next request" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of requests that are gets" },
  lasts: { type: "number", default: 1500, range: [100, 1_000_000], unit: "ms", summary: "how long clients ask" },
  skew: { type: "distribution", default: "normal:0,20", unit: "ms", summary: "by how much nodes' clocks are off" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of a message" },
} as const;

/** What one source told of one pair of writes. */
interface Told {
  readonly oneKey: boolean;
  readonly nodes: number;
  readonly bytes: number;
  readonly found: boolean;
  /** Whether one was answered before the other was asked. */
  readonly apart: boolean;
  /** Whether the source has them in that order; null: it has no order for them. */
  readonly isBefore: boolean | null;
}

const SOURCES = [
  { design: "raft", source: "the leader's log" },
  { design: "raft", source: "one follower's log" },
  { design: "quorum store, last writer wins", source: "the replicas' logs" },
  { design: "quorum store, siblings", source: "the replicas' logs" },
  { design: "quorum store, siblings", source: "a global snapshot" },
] as const;

/**
 * Claim 6.3: somebody finds that a value that was acknowledged is gone. Another write took its place: which came first, and
 * did the second know of the first? Logs are read from their ends back until both are found: the leader's, or one after the
 * other those of the key's replicas; or all nodes are asked for a global snapshot.
 */
export const anomalyReconstruction: Experiment<typeof parameters, readonly (readonly Told[])[]> = {
  name: "anomaly-reconstruction",
  question: "A write was overwritten: how many nodes and bytes must be read to know what happened?",
  parameters,
  trials: 3,
  row: {
    design: "the store",
    source: "what is read: logs from their ends back until both writes are found, or a snapshot of all states and channels (Chandy and Lamport)",
    keys: "whether the two writes are of one key, where the second took the first's place, or of two",
    pairs: "pairs of writes that were answered one after the other, of different clients",
    found: "share of pairs of which both writes are found",
    ordered: "share of pairs of which both are found and the source has an order for them",
    nodes: "mean number of nodes that are read",
    bytes: "mean number of bytes that are read: entries, or states and messages on their way, as JSON text",
    agrees: "of those of which one was answered before the other was asked: share that the source has in this order; null: it has none",
  },
  trial(values, seed) {
    const runs = Object.fromEntries(DESIGNS.map((design) => [design, runStore(design, values as never, seed)])) as Record<(typeof DESIGNS)[number], StoreRun>;
    return SOURCES.map(({ design, source }) => runs[design].pairs.map((pair) => (source === "a global snapshot" ? inSnapshot(runs[design], pair) : inLogs(runs[design], pair, source))));
  },
  summarize: (samples) =>
    SOURCES.flatMap(({ design, source }, s) =>
      [true, false].map((oneKey) => {
        const told = samples.flatMap((sample) => sample[s]!).filter((one) => one.oneKey === oneKey);
        const mean = (of: (told: Told) => number) => told.reduce((sum, one) => sum + of(one), 0) / Math.max(1, told.length);
        const ordered = told.filter(({ found, isBefore }) => found && isBefore !== null);
        const apart = ordered.filter(({ apart }) => apart);
        return {
          design,
          source,
          keys: oneKey ? "one" : "two",
          pairs: told.length,
          found: mean(({ found }) => Number(found)),
          ordered: ordered.length / Math.max(1, told.length),
          nodes: mean(({ nodes }) => nodes),
          bytes: mean(({ bytes }) => bytes),
          agrees: apart.length > 0 ? apart.filter(({ isBefore }) => isBefore).length / apart.length : null,
        };
      }),
    ),
};

/** Logs, one after the other, each from its end back until both writes are found in it, or in it and those before. */
function inLogs(run: StoreRun, pair: WrittenPair, source: string): Told {
  const logs = logsOf(run, pair, source === "one follower's log");
  const missing = new Set([pair.first.value, pair.second.value]);
  let [nodes, bytes] = [0, 0];
  for (const log of logs) {
    nodes++;
    for (let i = log.length - 1; i >= 0 && missing.size > 0; i--) {
      bytes += log[i]!.bytes;
      for (const value of log[i]!.values) missing.delete(value);
    }
    if (missing.size === 0) break;
  }
  return { oneKey: pair.first.key === pair.second.key, nodes, bytes, found: missing.size === 0, apart: pair.apart, isBefore: isBefore(run, pair) };
}

function inSnapshot(run: StoreRun, pair: WrittenPair): Told {
  const { text, nodes } = run.snapshot!;
  const found = [pair.first, pair.second].every(({ value }) => text.includes(`"${value}"`));
  return { oneKey: pair.first.key === pair.second.key, nodes, bytes: text.length, found, apart: pair.apart, isBefore: isBefore(run, pair) };
}
