import { deriveRandom } from "../random.js";
import type { Eviction } from "../systems/cache/eviction.js";
import { lru } from "../systems/cache/lru.js";
import { tinyLfu } from "../systems/cache/tinyLfu.js";
import type { Experiment } from "./experiment.js";
import { drawByShare, zipfShares } from "./zipf.js";

const parameters = {
  keys: { type: "integer", default: 10_000, range: [1, 10_000_000], summary: "different keys" },
  skew: { type: "number", default: 0.9, range: [0, 10], summary: "exponent of Zipf's law: the i-th most popular key is asked for in proportion to i^−skew" },
  sizes: { type: "list", default: "100,300,1000,3000", values: [], unit: "entries", summary: "capacities of the cache" },
  requests: { type: "integer", default: 60_000, range: [1, 1_000_000_000], summary: "requests that are counted" },
  warmUp: { type: "integer", default: 30_000, range: [0, 1_000_000_000], summary: "requests before them" },
  shift: { type: "integer", default: 0, range: [0, 1_000_000_000], unit: "requests", summary: "after so many requests the keys change places in popularity, all of them; 0: never" },
  window: { type: "number", default: 0.01, range: [0, 1], summary: "TinyLFU: share of the cache for newcomers" },
  protectedShare: { type: "number", default: 0.8, range: [0, 1], summary: "TinyLFU: share of the rest for keys that were used again" },
  sample: { type: "number", default: 10, range: [0.01, 10_000], summary: "TinyLFU: counts are halved after so many times the capacity of requests" },
} as const;

/** Hits of each policy, by size. */
type Sample = readonly { readonly lru: number; readonly tinyLfu: number }[];

/**
 * Hit ratios under Zipf's law: least recently used, beside Che's approximation (Che, Tung and Wang, Hierarchical Web caching
 * systems, 2002; Fricker, Robert and Roberts 2012): hit = Σ p (1 − e^(−p T)), where T solves Σ (1 − e^(−p T)) = C; and
 * W-TinyLFU (Einziger, Friedman and Manes 2017); and the best that a cache can do that never changes.
 */
export const lruHits: Experiment<typeof parameters, Sample> = {
  name: "lru-hits",
  question: "How often does a cache of a given size hit, by what it evicts?",
  parameters,
  trials: 1,
  row: {
    size: "entries",
    lru: "hit ratio of least recently used",
    che: "the same by Che's approximation, for popularities that do not change",
    tinyLfu: "hit ratio of W-TinyLFU",
    fixed: "hit ratio of the most popular keys, if they were known and did not change",
  },
  check({ sizes }) {
    if (typeof sizes === "string" || !sizes.every((size) => Number.isInteger(size) && size >= 1)) throw new Error("sizes: expected whole numbers from 1, such as 100,1000");
  },
  trial({ keys, skew, sizes, requests, warmUp, shift, window, protectedShare, sample }, seed) {
    const draw = drawByShare(zipfShares(keys, skew));
    const random = deriveRandom(seed, 0);
    const names = Array.from({ length: keys }, (_, i) => `k${i}`);
    const asked = Int32Array.from({ length: warmUp + requests }, (_, i) => (draw(random) + (shift > 0 ? Math.floor(i / shift) * STRIDE : 0)) % keys);
    const ratio = (policy: Eviction) => hits(policy, asked, names, warmUp) / requests;
    return (sizes as readonly number[]).map((size) => ({ lru: ratio(lru(size) as Eviction), tinyLfu: ratio(tinyLfu(size, { window, protectedShare, sample }) as Eviction) }));
  },
  summarize(samples, { keys, skew, sizes }) {
    const shares = zipfShares(keys, skew);
    const mean = (i: number, policy: "lru" | "tinyLfu") => samples.reduce((sum, sample) => sum + sample[i]![policy], 0) / samples.length;
    return (sizes as readonly number[]).map((size, i) => ({ size, lru: mean(i, "lru"), che: cheHits(shares, size), tinyLfu: mean(i, "tinyLfu"), fixed: shares.slice(0, size).reduce((sum, share) => sum + share, 0) }));
  },
};

/** By so many places popularities move, at each change. */
const STRIDE = 7919;

/** How many of the requests from number `from` on find their key. */
function hits(policy: Eviction, asked: Int32Array, names: readonly string[], from: number): number {
  const state = policy.begin();
  const held = new Set<string>();
  let found = 0;
  for (let i = 0; i < asked.length; i++) {
    const name = names[asked[i]!]!;
    if (held.has(name)) {
      if (i >= from) found++;
      policy.use(state, name);
      continue;
    }
    held.add(name);
    for (const victim of policy.add(state, name)) held.delete(victim);
  }
  return found;
}

/** Che's approximation of the hit ratio of a cache of so many entries in order of use, where keys are asked for independently with these shares. */
export function cheHits(shares: Float64Array, size: number): number {
  if (size >= shares.length) return 1;
  const inCache = (time: number) => shares.reduce((sum, share) => sum - Math.expm1(-share * time), 0);
  let [low, high] = [0, 1];
  while (inCache(high) < size) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (inCache(middle) < size) low = middle;
    else high = middle;
  }
  return shares.reduce((sum, share) => sum - share * Math.expm1(-share * high), 0);
}
