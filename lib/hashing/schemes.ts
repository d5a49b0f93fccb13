import { placeBounded } from "./boundedLoads.js";
import { hashInteger } from "./hashString.js";
import { Jump } from "./jump.js";
import { Maglev } from "./maglev.js";
import { MultiProbe } from "./multiProbe.js";
import type { Placement } from "./placement.js";
import { Rendezvous } from "./rendezvous.js";
import { Ring } from "./ring.js";
import { SlotTable } from "./slots.js";

/** Ways to place keys on nodes, by name. `modulo` is the one to compare with: the key's hash modulo the number of nodes. */
export const SCHEMES = ["ring", "rendezvous", "jump", "maglev", "multi-probe", "bounded", "slots", "modulo"] as const;
export type Scheme = (typeof SCHEMES)[number];

/** What the schemes can be told; each reads its own. */
export interface SchemeOptions {
  /** Points of a node on the ring (`ring`, `bounded`); 160 unless given. */
  readonly points?: number;
  /** Entries of the table, a prime (`maglev`); 65,537 unless given. */
  readonly table?: number;
  /** Places that are tried for a key (`multi-probe`); 21 unless given. */
  readonly probes?: number;
  /** A node's most keys, as a multiple of the mean (`bounded`); 1.25 unless given. */
  readonly c?: number;
  /** Slots that are dealt out (`slots`); 16,384 unless given. */
  readonly slots?: number;
  /** Another seed gives other hash functions; 0 unless given. */
  readonly seed?: number;
}

/** By key, given its hash: its node, from 0 to `nodes` − 1. For `slots`: as dealt out to `since` nodes and rebalanced; to all of them unless given. */
export function placeKeys(scheme: Scheme, nodes: number, hashes: Uint32Array, options: SchemeOptions = {}, since = nodes): Int32Array {
  const { points, c = 1.25, seed } = options;
  if (scheme === "bounded") {
    const ring = new Ring(numbered(nodes), { points, seed });
    return placeBounded(ring, hashes, c).owners.map((place) => ring.nodes[place]!);
  }
  return placeOn(placementOf(scheme, nodes, options, since), hashes);
}

/** By key, given its hash: its node, by one rule for each key. */
export function placeOn(placement: Placement<number>, hashes: Uint32Array): Int32Array {
  const owners = new Int32Array(hashes.length);
  for (let key = 0; key < hashes.length; key++) owners[key] = placement.lookupHash(hashes[key]!);
  return owners;
}

/** The nodes from 0 to n − 1, placed by a scheme; `bounded` is not a rule for one key, and not among them. */
export function placementOf(scheme: Exclude<Scheme, "bounded">, n: number, { points, table, probes, slots, seed }: SchemeOptions = {}, since = n): Placement<number> {
  const nodes = numbered(n);
  switch (scheme) {
    case "ring":
      return new Ring(nodes, { points, seed });
    case "rendezvous":
      return new Rendezvous(nodes, { seed });
    case "jump":
      return new Jump(nodes, { seed });
    case "maglev":
      return new Maglev(nodes, { size: table, seed });
    case "multi-probe":
      return new MultiProbe(nodes, { probes, seed });
    case "slots":
      return SlotTable.spread(numbered(since), slots).rebalance(nodes);
    case "modulo":
      return { nodes, bytes: 0, lookup: () => { throw new Error("given by hashes alone"); }, lookupHash: (hash) => hash % n };
  }
}

/** The hashes of so many keys: of 0, 1, 2 … with a seed of their own. */
export function hashKeys(count: number, seed: number): Uint32Array {
  const hashes = new Uint32Array(count);
  for (let key = 0; key < count; key++) hashes[key] = hashInteger(key, seed);
  return hashes;
}

const numbered = (n: number) => Array.from({ length: n }, (_, i) => i);
