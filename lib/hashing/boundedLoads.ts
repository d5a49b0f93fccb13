import type { HashNode } from "./placement.js";
import type { Ring } from "./ring.js";

/**
 * The most keys that a node may hold: ⌈c·m / n⌉ of m keys on n nodes, c ≥ 1 times the mean (Mirrokni, Thorup and
 * Zadimoghaddam 2016).
 */
export function capacity(c: number, keys: number, nodes: number): number {
  // 1.1 · 1000 / 10 is a little above 110 in binary.
  return Math.ceil((c * keys) / nodes - 1e-9);
}

/** Who holds which key when no node may be above its capacity. */
export interface BoundedPlacement {
  /** By key: the node's place among the ring's nodes. */
  readonly owners: Int32Array;
  /** By node: how many keys it holds. */
  readonly loads: Int32Array;
  readonly capacity: number;
  /** Keys whose owner on the ring was full. */
  readonly displaced: number;
}

/**
 * Consistent hashing with bounded loads: a key goes to the first node from its place on the ring that has room. `hashes`
 * are the keys' in the order in which they come: who comes first stays nearer to its place. Throws an `Error` if c is below
 * 1: there would not be room for all.
 */
export function placeBounded<Node extends HashNode>(ring: Ring<Node>, hashes: Uint32Array, c: number): BoundedPlacement {
  if (!(c >= 1)) throw new Error(`c: expected a number from 1, not ${c}`);
  const most = capacity(c, hashes.length, ring.nodes.length);
  const places = new Map(ring.nodes.map((node, place) => [node, place]));
  const owners = new Int32Array(hashes.length);
  const loads = new Int32Array(ring.nodes.length);
  let displaced = 0;
  const hasRoom = (node: Node) => loads[places.get(node)!]! < most;
  hashes.forEach((hash, key) => {
    const first = ring.lookupHash(hash);
    const node = hasRoom(first) ? first : firstWithRoom(ring, hash, hasRoom)!;
    if (node !== first) displaced++;
    const owner = places.get(node)!;
    loads[owner]!++;
    owners[key] = owner;
  });
  return { owners, loads, capacity: most, displaced };
}

/** The first node from a key on that has room, as a balancer asks it for each request; undefined if none has. */
export function firstWithRoom<Node extends HashNode>(ring: Ring<Node>, hash: number, hasRoom: (node: Node) => boolean): Node | undefined {
  for (const node of ring.walk(hash)) if (hasRoom(node)) return node;
  return undefined;
}
