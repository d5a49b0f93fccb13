import { endOf, ownerOf } from "./arcs.js";
import { hashString } from "./hashString.js";
import { type HashNode, inNameOrder, noNode } from "./placement.js";
import { cutAtPoints } from "./points.js";

/** A lookup in Chord. */
export interface ChordPath<Node extends HashNode> {
  /** Whom the lookup met: where it began first, the key's predecessor last. */
  readonly path: readonly Node[];
  /** Who holds the key: the last one's successor. */
  readonly owner: Node;
}

/**
 * Chord (Stoica et al. 2001, §4): nodes with identifiers on a circle, each of which knows its successor and, for each i,
 * the first node at least 2^i behind itself, its i-th finger. A lookup goes on to the finger that most closely precedes
 * the key, until the key lies between a node and its successor. That halves the distance each time.
 */
export class Chord<Node extends HashNode> {
  /** In the order of their identifiers. */
  readonly nodes: readonly Node[];
  readonly #ids: Uint32Array;
  readonly #seed: number;

  /** Identifiers are hashes of 32 bits; of two nodes with the same one, the later by name takes the next. Throws an `Error` if two have the same name. */
  constructor(nodes: Iterable<Node>, { seed = 0 }: { readonly seed?: number } = {}) {
    const members = inNameOrder(nodes);
    this.#seed = seed;
    const arcs = cutAtPoints(members, { points: 1, owns: "before", bits: 32, seed });
    this.nodes = members.map((_, i) => members[ownerOf(arcs, i)]!.node);
    this.#ids = Uint32Array.from(members, (_, i) => endOf(arcs, i));
    for (let i = 1; i < members.length; i++) this.#ids[i] = Math.max(this.#ids[i]!, this.#ids[i - 1]! + 1);
  }

  /** The path of a lookup that begins at a node. */
  lookup(from: Node, key: string): ChordPath<Node> {
    const start = this.nodes.indexOf(from);
    if (start < 0) throw this.nodes.length === 0 ? noNode() : new Error(`no node "${from}" is in the ring`);
    const places = [...this.route(start, hashString(key, this.#seed))];
    return { path: places.map((place) => this.nodes[place]!), owner: this.nodes[this.#after(places.at(-1)!)]! };
  }

  /** As `lookup`, for a key's hash, by the nodes' places in `nodes`: where it begins first, the key's predecessor last. */
  *route(start: number, hash: number): Generator<number> {
    let node = start;
    yield node;
    while (!this.#precedes(node, hash)) yield (node = this.#closestFinger(node, hash));
  }

  /** How often a lookup is handed on before it is with the key's predecessor; the hop to the owner itself does not count. */
  hops(start: number, hash: number): number {
    let hops = 0;
    for (let node = start; !this.#precedes(node, hash); hops++) node = this.#closestFinger(node, hash);
    return hops;
  }

  /** Whether the key belongs to a node's successor: it lies in (node, successor]. */
  #precedes(node: number, hash: number): boolean {
    return distance(this.#ids[node]!, hash) <= distance(this.#ids[node]!, this.#ids[this.#after(node)]!);
  }

  /** The highest finger of a node in (node, key): Figure 5 of the paper. */
  #closestFinger(node: number, hash: number): number {
    const id = this.#ids[node]!;
    const way = distance(id, hash);
    for (let i = 31 - Math.clz32(way === CIRCLE ? -1 : way); i >= 0; i--) {
      const finger = this.#successor((id + (1 << i)) >>> 0);
      if (distance(id, this.#ids[finger]!) < way) return finger;
    }
    return this.#after(node);
  }

  /** The first node at an identifier or behind it. */
  #successor(id: number): number {
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low < this.#ids.length ? low : 0;
  }

  #after(node: number): number {
    return (node + 1) % this.#ids.length;
  }
}

const CIRCLE = 4294967296;

/** How far it is clockwise, from 1 to 2^32: to itself once around. */
const distance = (from: number, to: number) => (to - from + CIRCLE - 1) % CIRCLE + 1;
