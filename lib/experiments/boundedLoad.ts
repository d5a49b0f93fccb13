import { placeBounded } from "../hashing/boundedLoads.js";
import { Ring } from "../hashing/ring.js";
import { hashKeys } from "../hashing/schemes.js";
import { deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";
import { schemeParameters } from "./schemeParameters.js";

const parameters = {
  nodes: { type: "integer", default: 100, range: [2, 100_000], summary: "nodes on the ring" },
  points: { ...schemeParameters.points, default: 1, summary: "points (virtual nodes) of a node" },
  keys: { type: "integer", default: 10_000, range: [1, 10_000_000], summary: "keys that are placed, one after another" },
  c: { type: "number", default: 1.25, range: [1, 1000], summary: "a node's most keys, as a multiple of the mean" },
} as const;

interface Sample {
  readonly capacity: number;
  readonly max: number;
  readonly ringMax: number;
  readonly above: number;
  readonly displaced: number;
  readonly moved: number;
  readonly ringMoved: number;
}

/** Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2016): what the bound costs in keys that are not where the ring says. */
export const boundedLoad: Experiment<typeof parameters, Sample> = {
  name: "bounded-load",
  question: "What does it cost that no node may be above a multiple of the mean?",
  parameters,
  trials: 20,
  row: {
    capacity: "keys that a node may hold, ⌈c · keys / nodes⌉",
    max: "keys of the most loaded node; as all fields, the mean over the trials",
    ringMax: "keys of the most loaded node without the bound",
    above: "nodes above the capacity",
    displaced: "share of the keys whose owner on the ring was full",
    moved: "share of the keys that move when one node leaves and the others' capacity grows",
    ringMoved: "share that moves without the bound: what the node held",
  },
  trial({ nodes, points, keys, c }, seed) {
    const hashes = hashKeys(keys, deriveSeed(seed, 1));
    const ring = new Ring(Array.from({ length: nodes }, (_, i) => i), { points, seed });
    const smaller = ring.without(seed % nodes);
    const before = placeBounded(ring, hashes, c);
    const after = placeBounded(smaller, hashes, c);
    const free = new Int32Array(nodes);
    let [moved, ringMoved] = [0, 0];
    hashes.forEach((hash, key) => {
      const owner = ring.lookupHash(hash);
      free[owner]!++;
      if (owner !== smaller.lookupHash(hash)) ringMoved++;
      if (ring.nodes[before.owners[key]!] !== smaller.nodes[after.owners[key]!]) moved++;
    });
    const { capacity, loads, displaced } = before;
    return { capacity, max: Math.max(...loads), ringMax: Math.max(...free), above: loads.filter((load) => load > capacity).length, displaced: displaced / keys, moved: moved / keys, ringMoved: ringMoved / keys };
  },
  summarize(samples) {
    const mean = (field: keyof Sample) => samples.reduce((sum, sample) => sum + sample[field], 0) / samples.length;
    return [{ capacity: mean("capacity"), max: mean("max"), ringMax: mean("ringMax"), above: mean("above"), displaced: mean("displaced"), moved: mean("moved"), ringMoved: mean("ringMoved") }];
  },
};
