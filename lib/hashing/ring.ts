import { type Arcs, arcAt, bytesOf, countOf, endOf, ownerAt, ownerOf } from "./arcs.js";
import { hashString } from "./hashString.js";
import { type HashNode, inNameOrder, noNode, type Placement, type Weighted } from "./placement.js";
import { cutAtPoints } from "./points.js";

/** How a ring is made. Whoever looks keys up on the same ring must use the same options. */
export interface RingOptions {
  /** Points (virtual nodes) of a node with weight 1; 160 unless given. */
  readonly points?: number;
  /**
   * What a node owns at each of its points: the arc `before` it, the point included (Karger et al. 1997, Chord, and most
   * systems), or the arc `after` it, from the point to just before the next. `before` unless given.
   */
  readonly owns?: "before" | "after";
  /** Another seed gives another ring and other hashes; 0 unless given. */
  readonly seed?: number;
  /** How many bits of its hash say where a point lies, from 1 to 32; 32 unless given. With few, points collide. */
  readonly bits?: number;
}

/** A part of the circle, which is 1 around. */
export interface OwnedArc<Node extends HashNode> {
  readonly node: Node;
  /** Where it begins, clockwise from position 0: from 0 to 1. */
  readonly begin: number;
  /** How long it is, which is the share of the keys that it holds. */
  readonly length: number;
}

/**
 * Consistent hashing on a ring (Karger et al. 1997) with virtual nodes: each node has points on a circle, at hashes of its
 * name and their number, and owns an arc at each. A node that joins takes keys from others and moves no other key; a node
 * that leaves gives up its own. It does not matter in which order nodes are listed or have joined. Of nodes with a point
 * at the same place, the first by name owns the arc, and the next one inherits it.
 *
 * A ring never changes: `with` and `without` make another one.
 */
export class Ring<Node extends HashNode> implements Placement<Node> {
  /** In the order of their names. */
  readonly nodes: readonly Node[];
  readonly weights: readonly number[];
  readonly options: Required<RingOptions>;
  readonly #arcs: Arcs;
  readonly #seed: number;

  /** Throws an `Error` if two nodes have the same name, or a weight or option is not what it may be. */
  constructor(nodes: Iterable<Node | Weighted<Node>>, { points = 160, owns = "before", seed = 0, bits = 32 }: RingOptions = {}) {
    const members = inNameOrder(nodes);
    this.nodes = members.map(({ node }) => node);
    this.weights = members.map(({ weight }) => weight);
    if (!(Number.isInteger(points) && points >= 1)) throw new Error(`points: expected a whole number from 1, not ${points}`);
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 32)) throw new Error(`bits: expected a whole number from 1 to 32, not ${bits}`);
    this.options = { points, owns, seed, bits };
    this.#arcs = cutAtPoints(members, this.options);
    this.#seed = seed;
  }

  lookup(key: string): Node {
    return this.lookupHash(hashString(key, this.#seed));
  }

  lookupHash(hash: number): Node {
    const node = this.nodes[ownerAt(this.#arcs, hash)];
    if (node === undefined) throw noNode();
    return node;
  }

  /**
   * The first `count` distinct nodes from a key on, or all if there are fewer: who holds its copies. The first is the
   * key's owner; when it leaves, the second owns the key.
   */
  replicas(key: string, count: number): Node[] {
    return this.replicasOfHash(hashString(key, this.#seed), count);
  }

  /** As `replicas`, for a key's hash. */
  replicasOfHash(hash: number, count: number): Node[] {
    const found: Node[] = [];
    for (const node of this.walk(hash)) {
      if (found.length >= count) break;
      found.push(node);
    }
    return found;
  }

  /** All nodes, each once, in the order in which they inherit a key with this hash: with `before` clockwise, with `after` the other way. */
  *walk(hash: number): Generator<Node> {
    const seen = new Set<number>();
    const count = countOf(this.#arcs);
    const step = this.options.owns === "before" ? 1 : count - 1;
    for (let i = 0, arc = arcAt(this.#arcs, hash); i < count && seen.size < this.nodes.length; i++, arc = (arc + step) % count) {
      const owner = ownerOf(this.#arcs, arc);
      if (seen.has(owner)) continue;
      seen.add(owner);
      yield this.nodes[owner]!;
    }
  }

  /** This ring and one node more. Throws an `Error` if the name is taken. */
  with(node: Node, weight = 1): Ring<Node> {
    return new Ring([...this.#members(), { node, weight }], this.options);
  }

  /** This ring without a node. Throws an `Error` if it is not there. */
  without(node: Node): Ring<Node> {
    const rest = this.#members().filter((member) => member.node !== node);
    if (rest.length === this.nodes.length) throw new Error(`no node "${node}" is on the ring`);
    return new Ring(rest, this.options);
  }

  /** The arcs, clockwise from position 0: there the one that lies on both sides of it is cut in two. */
  arcs(): OwnedArc<Node>[] {
    const arcs: OwnedArc<Node>[] = [];
    for (let i = 0, begin = 0; i < countOf(this.#arcs); i++) {
      const next = endOf(this.#arcs, i) + 1;
      if (next > begin) arcs.push({ node: this.nodes[ownerOf(this.#arcs, i)]!, begin: begin / CIRCLE, length: (next - begin) / CIRCLE });
      begin = next;
    }
    return arcs;
  }

  /** By node, in the order of `nodes`: the share of the circle that it owns. They add up to 1. */
  shares(): number[] {
    const shares = this.nodes.map(() => 0);
    for (let i = 0, begin = 0; i < countOf(this.#arcs); i++) {
      const next = endOf(this.#arcs, i) + 1;
      shares[ownerOf(this.#arcs, i)]! += (next - begin) / CIRCLE;
      begin = next;
    }
    return shares;
  }

  get bytes(): number {
    return bytesOf(this.#arcs);
  }

  #members(): Weighted<Node>[] {
    return this.nodes.map((node, i) => ({ node, weight: this.weights[i]! }));
  }
}

const CIRCLE = 4294967296;
