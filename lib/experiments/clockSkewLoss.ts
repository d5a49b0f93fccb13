import { antiEntropy } from "../gossip/antiEntropy/antiEntropy.js";
import { lastWriterWinsCells, type StampedCell } from "../gossip/antiEntropy/cells/lastWriterWins.js";
import { siblingCells } from "../gossip/antiEntropy/cells/siblings.js";
import { cellAt, storeText } from "../gossip/antiEntropy/store.js";
import type { AntiEntropy } from "../gossip/antiEntropy/types.js";
import type { Siblings } from "../gossip/versions/siblings.js";
import type { Protocol } from "../protocol.js";
import { deriveRandom, type Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  skew: { type: "list", default: "0,10,100,1000", values: [], unit: "ms", summary: "standard deviations of the nodes' clocks from the right time" },
  nodes: { type: "integer", default: 5, range: [2, 1000], summary: "nodes, each with a copy of every key" },
  keys: { type: "integer", default: 5, range: [1, 10_000], summary: "keys in the store" },
  writes: { type: "integer", default: 20, range: [1, 10_000], summary: "writes of each key, one after the other, each at a random node by a client that has read there" },
  interval: { type: "distribution", default: "exp:0.002", unit: "ms", summary: "time between two writes of a key" },
  period: { type: "number", default: 100, range: [1, 1_000_000], unit: "ms", summary: "time between a node's rounds of anti-entropy" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  horizon: { type: "number", default: 100_000, range: [1, 1e9], unit: "ms", summary: "how long to wait for equal stores after the last write" },
} as const;

/** How it is decided which of two values stays. */
const RULES = ["physical clock", "hybrid clock", "version vectors"] as const;
type Rule = (typeof RULES)[number];

/** What became of the writes of all keys. */
interface Losses {
  readonly writes: number;
  readonly lost: number;
  readonly lostAtOnce: number;
  readonly newestLost: number;
  readonly values: number;
}

/** For each skew and rule. */
type Sample = readonly Losses[];

/**
 * Clients write to any node, are answered at once, and nothing fails: which answered writes are gone once all stores are
 * equal, replaced by none that knew them? With last-writer-wins a write is kept or not by its timestamp, and timestamps come
 * from clocks that differ; a hybrid logical clock is never behind what its node has seen; version vectors keep both of two
 * values of which neither was written knowing the other.
 */
export const clockSkewLoss: Experiment<typeof parameters, Sample> = {
  name: "clock-skew-loss",
  question: "How many answered writes does last-writer-wins lose when clocks differ?",
  parameters,
  trials: 5,
  row: {
    skew: "standard deviation of the nodes' clocks, ms",
    rule: "which value stays: the newer one by `physical clock` or by `hybrid clock`, or, by `version vectors`, all that were not written knowing each other",
    writes: "answered writes, in all runs",
    lost: "share of them that are gone, replaced by no write that knew them",
    lostAtOnce: "share of them that their own node dropped as it answered: it held a newer timestamp, of a value that the client had read",
    newestLost: "share of keys whose newest write is gone",
    values: "mean number of values under a key in the end",
  },
  check({ skew }) {
    if (typeof skew === "string" || !skew.every((sd) => sd >= 0 && sd <= 1e6)) throw new Error("skew: expected numbers from 0 to 1000000, such as 0,100");
  },
  trial: (values, seed) => skewsOf(values).flatMap((skew) => RULES.map((rule) => losses({ ...values, skew, rule }, seed))),
  summarize: (samples, values) =>
    skewsOf(values).flatMap((skew, s) =>
      RULES.map((rule, r) => {
        const sum = (of: (losses: Losses) => number) => samples.reduce((total, sample) => total + of(sample[s * RULES.length + r]!), 0);
        const writes = sum((losses) => losses.writes);
        const keys = values.keys * samples.length;
        return { skew, rule, writes, lost: sum(({ lost }) => lost) / writes, lostAtOnce: sum(({ lostAtOnce }) => lostAtOnce) / writes, newestLost: sum(({ newestLost }) => newestLost) / keys, values: sum((losses) => losses.values) / keys };
      }),
    ),
};

const skewsOf = ({ skew }: { readonly skew: string | readonly number[] }) => (typeof skew === "string" ? [] : skew);

interface Circumstances {
  readonly skew: number;
  readonly rule: Rule;
  readonly nodes: number;
  readonly keys: number;
  readonly writes: number;
  readonly interval: Distribution;
  readonly period: number;
  readonly latency: Distribution;
  readonly horizon: number;
}

/** The engine, what a client writes, and the values under a key. */
function designOf(rule: Rule, period: number): { readonly engine: Protocol<AntiEntropy>; change(value: string): unknown; valuesIn(cell: unknown): readonly string[] } {
  if (rule === "version vectors") return { engine: antiEntropy(siblingCells, { period }), change: (value) => ({ value, read: true }), valuesIn: (cell) => (cell ? (cell as Siblings<string>).versions.map(({ value }) => value) : []) };
  return { engine: antiEntropy(lastWriterWinsCells({ clock: rule === "physical clock" ? "physical" : "hybrid" }), { period }), change: (value) => ({ value }), valuesIn: (cell) => (cell ? [(cell as StampedCell).value!] : []) };
}

function losses({ skew, rule, nodes, keys, writes, interval, period, latency, horizon }: Circumstances, seed: number): Losses {
  const random = deriveRandom(seed, nodes + 3);
  const schedule = Array.from({ length: keys }, (_, key) => {
    let at = 0;
    return Array.from({ length: writes }, () => ({ key: `key ${key}`, at: (at += Math.max(0, interval.sample(random))), node: Math.floor(random() * nodes) }));
  }).flat().sort((a, b) => a.at - b.at);
  const { engine, change, valuesIn } = designOf(rule, period);
  // Nobody's clock stands before the beginning: all are ahead by as much as the last one may be behind.
  const cluster = simulate(engine, { size: nodes, seed, digest: false, latency, ...(skew > 0 && { clockSkew: `${10 * skew}+normal:0,${skew}` }) });
  /** What the client of each write had read, by number. */
  const read: (readonly number[])[] = [];
  let lostAtOnce = 0;
  schedule.forEach(({ key, at, node }, id) => {
    const held = () => valuesIn(cellAt(cluster.nodes[node]!.state.store, key)).map(Number);
    cluster.run(at);
    read.push(held());
    cluster.input(node, { type: "change", id, key, change: change(String(id)) });
    if (!held().includes(id)) lostAtOnce++;
  });
  const equal = cluster.runUntil(() => cluster.nodes.every(({ state }) => storeText(state.store) === storeText(cluster.nodes[0]!.state.store)), cluster.now + horizon);
  if (!equal) throw new Error(`the stores still differ ${horizon} ms after the last write: a longer horizon is needed`);
  const { store } = cluster.nodes[0]!.state;
  const left = Array.from({ length: keys }, (_, key) => valuesIn(cellAt(store, `key ${key}`)).map(Number));
  const known = knownTo(left.flat(), read);
  const gone = schedule.map((_, id) => id).filter((id) => !known.has(id));
  const kept = new Set(left.flat());
  const newest = new Map(schedule.map(({ key }, id) => [key, id]));
  return {
    writes: schedule.length,
    lost: gone.length,
    lostAtOnce,
    newestLost: [...newest.values()].filter((id) => !kept.has(id)).length,
    values: kept.size,
  };
}

/** These writes, and all that their writers knew. */
function knownTo(writes: readonly number[], read: readonly (readonly number[])[]): ReadonlySet<number> {
  const known = new Set<number>();
  const left = [...writes];
  for (let write = left.pop(); write !== undefined; write = left.pop()) {
    if (known.has(write)) continue;
    known.add(write);
    left.push(...read[write]!);
  }
  return known;
}
