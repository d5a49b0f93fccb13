import { Ring } from "../hashing/ring.js";
import { deriveRandom } from "../random.js";
import { addKey, bloomFilter, mayContain } from "../systems/cache/bloomFilter.js";
import { isDue } from "../systems/cache/earlyRecompute.js";
import { board, type Flights, land, noFlights } from "../systems/cache/singleFlight.js";
import type { Experiment, Values } from "./experiment.js";
import { percentile } from "./percentile.js";
import { TimeQueue } from "./timeQueue.js";
import { drawByShare, zipfShares } from "./zipf.js";

const parameters = {
  rate: { type: "number", default: 5, range: [0.001, 10_000], unit: "requests/ms", summary: "clients' requests, at random moments" },
  time: { type: "number", default: 6000, range: [1, 1e9], unit: "ms", summary: "how long clients ask" },
  keys: { type: "integer", default: 300, range: [1, 10_000_000], summary: "keys that the origin has" },
  skew: { type: "number", default: 1.2, range: [0, 10], summary: "exponent of Zipf's law" },
  absent: { type: "number", default: 0.05, range: [0, 1], summary: "share of the requests for keys that the origin does not have, each another one (penetration)" },
  proxies: { type: "integer", default: 4, range: [1, 1000], summary: "proxies; a request comes to any of them" },
  nodes: { type: "integer", default: 5, range: [2, 1000], summary: "nodes of the cache" },
  ttl: { type: "number", default: 1500, range: [1, 1e9], unit: "ms", summary: "how long a value lives in the cache" },
  load: { type: "number", default: 50, range: [0.001, 1e9], unit: "ms", summary: "what one load takes the origin" },
  workers: { type: "integer", default: 100, range: [1, 1_000_000], summary: "loads that the origin works on at once; others wait in line" },
  hop: { type: "number", default: 1, range: [0, 1e6], unit: "ms", summary: "a request of a cache node, there and back" },
  beta: { type: "number", default: 1, range: [0, 1000], summary: "early recomputation: XFetch's β" },
  bits: { type: "number", default: 10, range: [1, 1000], summary: "Bloom filter: bits a key, with the best number of hashes" },
  restart: { type: "number", default: 3000, range: [0, 1e9], unit: "ms", summary: "when one cache node starts again, empty" },
  window: { type: "number", default: 100, range: [0.1, 1e9], unit: "ms", summary: "loads are counted in windows of this length" },
} as const;

/** What a proxy may do, each apart, and all of it. */
export const PROXY_FEATURES = ["none", "single flight", "Bloom filter", "early recomputation", "warm-up", "all"] as const;

interface Measured {
  readonly requests: number;
  /** Requests of cache nodes, what a warm-up takes from them included. */
  readonly cache: number;
  /** Loads by window. */
  readonly loads: readonly number[];
  readonly latencies: Float64Array;
}

/** By feature. */
type Sample = readonly Measured[];

/**
 * Claim G.3: proxies between clients and the nodes of a cache. A miss is loaded from the origin, which can do so many loads at
 * once, and stored on two nodes of the ring. What takes a load off the cache nodes, and what off the origin: one load of a key
 * at a time for each proxy, a Bloom filter of the origin's keys at each proxy, early recomputation (XFetch), and a warm-up of a
 * node that comes back empty from its neighbours on the ring?
 */
export const cacheProxy: Experiment<typeof parameters, Sample> = {
  name: "cache-proxy",
  question: "What does a proxy in front of a cache take off the cache nodes, and what off the origin?",
  parameters,
  trials: 1,
  row: {
    feature: "what the proxies do: `none`, one thing, or `all`",
    cache: "requests of cache nodes, for each request of a client",
    origin: "loads of the origin, for each request of a client",
    peak: "most loads that began in one window",
    restart: "loads that began within a quarter of a time to live after the restart",
    p50: "median time of a request, ms",
    p99: "99th percentile of that, ms",
    p999: "99.9th percentile of that, ms",
    loads: "loads that began, by window (mean over the trials)",
  },
  trial: (values, seed) => PROXY_FEATURES.map((feature) => play(values, feature, seed)),
  summarize(samples, { restart, ttl, window }) {
    return PROXY_FEATURES.map((feature, f) => {
      const runs = samples.map((sample) => sample[f]!);
      const sum = (of: (run: Measured) => number) => runs.reduce((total, run) => total + of(run), 0);
      const requests = sum((run) => run.requests);
      const most = (loads: readonly number[]) => Math.max(0, ...loads);
      const times = runs.flatMap(({ latencies }) => Array.from(latencies));
      const [from, to] = [Math.floor(restart / window), Math.ceil((restart + ttl / 4) / window)];
      return {
        feature,
        cache: sum((run) => run.cache) / requests,
        origin: sum(({ loads }) => loads.reduce((total, count) => total + count, 0)) / requests,
        peak: sum(({ loads }) => most(loads)) / runs.length,
        restart: sum(({ loads }) => loads.slice(from, to).reduce((total, count) => total + count, 0)) / runs.length,
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
        p999: percentile(times, 0.999),
        loads: runs[0]!.loads.map((_, i) => sum(({ loads }) => loads[i]!) / runs.length),
      };
    });
  },
};

type Feature = (typeof PROXY_FEATURES)[number];

/** A load that has ended: its key (−1: none that the origin has), the proxy, when it began, and who waited since when. */
interface Ended {
  readonly key: number;
  readonly proxy: number;
  readonly began: number;
  /** Of a proxy without single flight: the one who waited; null: nobody, it was recomputed early. */
  readonly since: number | null;
}

function play(values: Values<typeof parameters>, feature: Feature, seed: number): Measured {
  const { rate, time, keys, skew, absent, proxies, nodes, ttl, load, workers, hop, beta, bits, restart, window } = values;
  const has = (other: Feature) => feature === other || feature === "all";
  const [single, bloom, early, warm] = (["single flight", "Bloom filter", "early recomputation", "warm-up"] as const).map(has);
  const random = deriveRandom(seed, 0);
  const draw = drawByShare(zipfShares(keys, skew));
  const ring = new Ring(Array.from({ length: nodes }, (_, i) => i), { points: 64 });
  const homes = Array.from({ length: keys }, (_, key) => ring.replicas(`key ${key}`, 2));
  const filter = bloomFilter(Math.ceil(bits * keys), Math.max(1, Math.round(bits * Math.LN2)));
  for (let key = 0; key < keys; key++) addKey(filter, `key ${key}`);

  // By key: when the copy on its first and on its second node is over. At first every value is somewhere in its life.
  const expires = [new Float64Array(keys), new Float64Array(keys)] as const;
  for (let key = 0; key < keys; key++) expires[0][key] = expires[1][key] = ttl * random();
  const took = new Float64Array(keys).fill(load);
  const flights: Flights<number>[] = Array.from({ length: proxies }, () => noFlights<number>());
  const loads = new Array<number>(Math.ceil(time / window)).fill(0);
  const free = new TimeQueue<null>();
  for (let i = 0; i < workers; i++) free.add(0, null);
  const ended = new TimeQueue<Ended>();
  const latencies: number[] = [];
  let [requests, cache, restarted] = [0, 0, false];

  function begin(now: number, key: number, proxy: number, since: number | null): void {
    loads[Math.min(loads.length - 1, Math.floor(now / window))]!++;
    const starts = Math.max(now, free.nextTime);
    free.next();
    free.add(starts + load, null);
    ended.add(starts + load, { key, proxy, began: now, since });
  }

  function end(now: number, { key, proxy, began, since }: Ended): void {
    if (key >= 0) {
      expires[0][key] = expires[1][key] = now + ttl;
      took[key] = now - began;
      cache += 2;
    }
    if (since !== null) latencies.push(now + hop - since);
    if (single && key >= 0) for (const waiter of land(flights[proxy]!, `${key}`)) if (waiter >= 0) latencies.push(now + hop - waiter);
  }

  /** A node has lost what it held; with a warm-up its neighbours send it their copies. */
  function restarts(): void {
    restarted = true;
    for (let key = 0; key < keys; key++) {
      const copy = homes[key]!.indexOf(0);
      if (copy < 0) continue;
      expires[copy as 0 | 1][key] = warm ? expires[(1 - copy) as 0 | 1][key]! : 0;
      if (warm) cache++;
    }
  }

  function ask(now: number): void {
    requests++;
    const proxy = Math.floor(random() * proxies);
    if (random() < absent) {
      if (bloom && !mayContain(filter, `absent ${requests}`)) return void latencies.push(0);
      cache++;
      return begin(now, -1, proxy, now);
    }
    const key = draw(random);
    // Whoever joins a load does not ask the cache node.
    if (single && flights[proxy]!.underWay[`${key}`] && now >= expires[0][key]!) return void board(flights[proxy]!, `${key}`, now);
    cache++;
    const due = early && isDue(now, expires[0][key]!, took[key]!, beta, random());
    if (now < expires[0][key]!) {
      latencies.push(hop);
      if (due && (!single || board(flights[proxy]!, `${key}`, -1))) begin(now, key, proxy, null);
    } else if (!single) begin(now, key, proxy, now);
    else if (board(flights[proxy]!, `${key}`, now)) begin(now, key, proxy, null);
  }

  for (let now = exponential(random, rate); now < time; now += exponential(random, rate)) {
    while (ended.nextTime <= now) {
      const at = ended.nextTime;
      end(at, ended.next()!);
    }
    if (!restarted && now >= restart) restarts();
    ask(now);
  }
  for (let at = ended.nextTime; at < Infinity; at = ended.nextTime) end(at, ended.next()!);
  return { requests, cache, loads, latencies: Float64Array.from(latencies) };
}

const exponential = (random: () => number, rate: number) => -Math.log(1 - random()) / rate;
