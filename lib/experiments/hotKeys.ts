import { Ring } from "../hashing/ring.js";
import { deriveRandom } from "../random.js";
import { lru } from "../systems/cache/lru.js";
import type { Experiment, Values } from "./experiment.js";
import { drawByShare, zipfShares } from "./zipf.js";

const parameters = {
  nodes: { type: "integer", default: 10, range: [1, 10_000], summary: "nodes of the cache" },
  points: { type: "integer", default: 160, range: [1, 100_000], summary: "virtual nodes a node" },
  keys: { type: "integer", default: 10_000, range: [1, 10_000_000], summary: "different keys" },
  skew: { type: "number", default: 1, range: [0, 10], summary: "exponent of Zipf's law; beside it always 0, where all keys are alike" },
  requests: { type: "integer", default: 60_000, range: [1, 1_000_000_000], summary: "requests of clients" },
  replicas: { type: "integer", default: 3, range: [1, 10_000], summary: "replicas of a key, one of which is drawn for each request; all nodes if there are fewer" },
  hot: { type: "integer", default: 20, range: [0, 10_000_000], summary: "most popular keys that are kept on every node, where hot keys are" },
  fronts: { type: "integer", default: 10, range: [1, 10_000], summary: "front ends, each with a cache of its own; a request comes to any of them" },
  front: { type: "integer", default: 50, range: [1, 10_000_000], unit: "entries", summary: "size of a front cache, in order of use" },
} as const;

/** How requests find their node. */
export const HOT_KEY_SCHEMES = ["one owner", "replicas", "hot keys everywhere", "front cache"] as const;

/** By popularity and scheme: requests by node, the most loaded one first. */
type Sample = readonly (readonly number[])[];

/** Claim 4.8: does it balance the requests to hash their keys? Each key's requests, by node, where keys are alike and where some are popular; and what mends it. */
export const hotKeys: Experiment<typeof parameters, Sample> = {
  name: "hot-keys",
  question: "Does hashing the keys balance the requests?",
  parameters,
  trials: 3,
  row: {
    popularity: "`alike`, or by `Zipf`'s law",
    scheme: "who is asked: the key's `one owner` on the ring; one of its `replicas` at random; the owner, but any node for `hot keys everywhere`; the owner, unless the `front cache` of the front end has it",
    busiest: "requests of the most loaded node, as a multiple of the nodes' mean",
    peak: "the same as a multiple of what each node would have if all clients' requests came and were spread evenly",
    reaching: "share of the clients' requests that reach the nodes",
    hottest: "share of the requests that ask for the most popular key",
    loads: "requests by node, as multiples of the mean, the most loaded first (mean over the trials)",
  },
  trial: (values, seed) => [0, values.skew].flatMap((skew) => HOT_KEY_SCHEMES.map((scheme) => loadsOf({ ...values, skew }, scheme, seed))),
  summarize(samples, { nodes, requests, keys, skew }) {
    return [0, skew].flatMap((each, p) =>
      HOT_KEY_SCHEMES.map((scheme, s) => {
        const all = samples.map((sample) => sample[p * HOT_KEY_SCHEMES.length + s]!);
        const mean = Array.from({ length: nodes }, (_, i) => all.reduce((sum, loads) => sum + loads[i]!, 0) / all.length);
        const total = all.flat().reduce((sum, load) => sum + load, 0) / all.length;
        return { popularity: p === 0 ? "alike" : "Zipf", scheme, busiest: (mean[0]! / total) * nodes, peak: (mean[0]! / requests) * nodes, reaching: total / requests, hottest: zipfShares(keys, each)[0]!, loads: mean.map((load) => (load / total) * nodes) };
      }),
    );
  },
};

function loadsOf({ nodes, points, keys, skew, requests, replicas, hot, fronts, front }: Values<typeof parameters>, scheme: (typeof HOT_KEY_SCHEMES)[number], seed: number): readonly number[] {
  const ring = new Ring(Array.from({ length: nodes }, (_, i) => i), { points, seed: seed | 0 });
  const draw = drawByShare(zipfShares(keys, skew));
  const random = deriveRandom(seed, 0);
  const homes = Array.from({ length: keys }, (_, key) => (scheme === "replicas" ? ring.replicas(`key ${key}`, replicas) : [ring.lookup(`key ${key}`)]));
  const policy = lru(front);
  const caches = Array.from({ length: fronts }, () => ({ order: policy.begin(), held: new Set<string>() }));
  const loads = new Array<number>(nodes).fill(0);
  for (let i = 0; i < requests; i++) {
    const key = draw(random);
    if (scheme === "front cache" && isInFront(caches[Math.floor(random() * fronts)]!, `key ${key}`)) continue;
    const home = homes[key]!;
    const node = scheme === "hot keys everywhere" && key < hot ? Math.floor(random() * nodes) : home[home.length === 1 ? 0 : Math.floor(random() * home.length)]!;
    loads[node]!++;
  }
  return loads.sort((a, b) => b - a);

  /** Whether a front cache has a key; from now on it does. */
  function isInFront({ order, held }: (typeof caches)[number], key: string): boolean {
    if (held.has(key)) {
      policy.use(order, key);
      return true;
    }
    held.add(key);
    for (const victim of policy.add(order, key)) held.delete(victim);
    return false;
  }
}
