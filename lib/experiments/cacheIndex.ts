import { deriveRandom } from "../random.js";
import type { Experiment, Values } from "./experiment.js";
import { percentile } from "./percentile.js";
import { TimeQueue } from "./timeQueue.js";

const parameters = {
  nodes: { type: "integer", default: 10, range: [1, 10_000], summary: "cache nodes, each of which reads metadata" },
  reads: { type: "number", default: 0.2, range: [1e-6, 1000], unit: "reads/ms", summary: "reads of a node, at random moments" },
  changes: { type: "list", default: "0.01,0.1,1", values: [], unit: "changes/ms", summary: "changes of metadata, at random moments: several rates, one after the other" },
  keys: { type: "integer", default: 200, range: [1, 10_000_000], summary: "keys of the metadata, all read and changed alike" },
  time: { type: "number", default: 2000, range: [1, 1e9], unit: "ms", summary: "how long nodes read" },
  hop: { type: "distribution", default: "uniform:0.3,1", unit: "ms", summary: "one-way delay of every message" },
  service: { type: "number", default: 0.1, range: [0, 1e6], unit: "ms", summary: "what a read takes the store, which does one thing after another" },
  push: { type: "number", default: 0.02, range: [0, 1e6], unit: "ms", summary: "what it takes the store to tell one watcher of a change" },
  poll: { type: "number", default: 100, range: [0.01, 1e9], unit: "ms", summary: "where nodes poll: how long an answer is used again" },
} as const;

/** Where a node finds metadata: it asks the store each time; it keeps an answer for a while; or it keeps an index of its own, which a watch keeps up to date. */
export const INDEX_DESIGNS = ["ask each time", "poll", "watched index"] as const;

interface Measured {
  readonly times: Float64Array;
  /** Messages that the store received and sent. */
  readonly messages: number;
  /** How long the store worked, ms. */
  readonly busy: number;
  readonly stale: number;
  /** How old an outdated value was, ms. */
  readonly ages: Float64Array;
}

/** By rate of changes and design. */
type Sample = readonly Measured[];

/**
 * Claim G.4: nodes that look up metadata (which node has a key, and in which version) in a store such as etcd, or in a local
 * index of it. How long does a read take, how much has the store to do, and how old is what is found?
 */
export const cacheIndex: Experiment<typeof parameters, Sample> = {
  name: "cache-index",
  question: "What does a local index of the metadata, kept by a watch, save?",
  parameters,
  trials: 1,
  row: {
    changes: "changes of metadata, a ms",
    design: "`ask each time`, `poll` (an answer is used again for a while), or `watched index`",
    mean: "mean time of a read, ms",
    p99: "99th percentile of that, ms",
    messages: "messages that the store receives and sends, a ms",
    busy: "share of its time that the store works (1: it cannot keep up)",
    stale: "share of the reads that find a value which had been changed already when the read ended",
    staleP99: "99th percentile of how long ago, over these reads, ms (null: there were none)",
  },
  check({ changes }) {
    if (typeof changes === "string" || !changes.every((rate) => rate >= 0)) throw new Error("changes: expected rates from 0, such as 0.01,1");
  },
  trial: (values, seed) => (values.changes as readonly number[]).flatMap((rate) => INDEX_DESIGNS.map((design) => play(values, rate, design, seed))),
  summarize(samples, { changes, time }) {
    return (changes as readonly number[]).flatMap((rate, i) =>
      INDEX_DESIGNS.map((design, d) => {
        const runs = samples.map((sample) => sample[i * INDEX_DESIGNS.length + d]!);
        const times = runs.flatMap((run) => Array.from(run.times));
        const mean = (of: (run: Measured) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
        return { changes: rate, design, mean: times.reduce((sum, each) => sum + each, 0) / times.length, p99: percentile(times, 0.99), messages: mean((run) => run.messages) / time, busy: mean((run) => run.busy) / time, stale: mean((run) => run.stale / run.times.length), staleP99: percentile(runs.flatMap((run) => Array.from(run.ages)), 0.99) };
      }),
    );
  },
};

/** What happens, beside reads that are answered locally. */
type Event = { readonly type: "read"; readonly node: number } | { readonly type: "change" } | { readonly type: "asked"; readonly node: number; readonly key: number; readonly since: number } | { readonly type: "answered"; readonly node: number; readonly key: number; readonly since: number; readonly version: number } | { readonly type: "told"; readonly node: number; readonly key: number; readonly version: number };

function play({ nodes, reads, keys, time, hop, service, push, poll }: Values<typeof parameters>, rate: number, design: (typeof INDEX_DESIGNS)[number], seed: number): Measured {
  const random = deriveRandom(seed, 0);
  const queue = new TimeQueue<Event>();
  const after = (mean: number) => -Math.log(1 - random()) / mean;
  const delay = () => Math.max(0, hop.sample(random));
  const version = new Int32Array(keys);
  // By key: when its versions came about.
  const since: number[][] = Array.from({ length: keys }, () => [0]);
  const known = Array.from({ length: nodes }, () => new Int32Array(keys));
  const fetched = Array.from({ length: nodes }, () => new Float64Array(keys).fill(-Infinity));
  const times: number[] = [];
  const ages: number[] = [];
  let [freeAt, busy, messages] = [0, 0, 0];

  /** The store does something that takes so long; returns when it is done. */
  const work = (now: number, takes: number): number => {
    freeAt = Math.max(now, freeAt) + takes;
    busy += takes;
    return freeAt;
  };
  const found = (now: number, started: number, key: number, found: number) => {
    times.push(now - started);
    if (found < version[key]!) ages.push(now - since[key]![found + 1]!);
  };
  const drawKey = () => Math.floor(random() * keys);

  for (let node = 0; node < nodes; node++) queue.add(after(reads), { type: "read", node });
  if (rate > 0) queue.add(after(rate), { type: "change" });
  for (let now = queue.nextTime; now < time; now = queue.nextTime) {
    const event = queue.next()!;
    switch (event.type) {
      case "read": {
        const key = drawKey();
        queue.add(now + after(reads), event);
        const isLocal = design === "watched index" || (design === "poll" && now - fetched[event.node]![key]! < poll);
        if (isLocal) found(now, now, key, known[event.node]![key]!);
        else queue.add(now + delay(), { type: "asked", node: event.node, key, since: now });
        break;
      }
      case "asked":
        messages += 2;
        queue.add(work(now, service) + delay(), { type: "answered", node: event.node, key: event.key, since: event.since, version: version[event.key]! });
        break;
      case "answered":
        known[event.node]![event.key] = event.version;
        fetched[event.node]![event.key] = now;
        found(now, event.since, event.key, event.version);
        break;
      case "change": {
        const key = drawKey();
        version[key]!++;
        since[key]!.push(now);
        messages += 2;
        work(now, service);
        queue.add(now + after(rate), event);
        if (design === "watched index") for (let node = 0; node < nodes; node++, messages++) queue.add(work(now, push) + delay(), { type: "told", node, key, version: version[key]! });
        break;
      }
      case "told":
        known[event.node]![event.key] = Math.max(known[event.node]![event.key]!, event.version);
    }
  }
  return { times: Float64Array.from(times), messages, busy: Math.min(busy, time), stale: ages.length, ages: Float64Array.from(ages) };
}
