import { hashInteger, hashString } from "./hashString.js";
import { type HashNode, inNameOrder, noNode, type Placement, type Weighted } from "./placement.js";

/**
 * Rendezvous hashing, or highest random weight (Thaler and Ravishankar 1998): every node draws a number for the key, its
 * hash with the node's, and the highest wins. A node that leaves gives its keys evenly to all the others. With weights a
 * node draws −weight / ln(u), u in (0, 1), and gets keys in proportion (Schindelhauer and Schomaker 2005).
 * A lookup asks each node.
 */
export class Rendezvous<Node extends HashNode> implements Placement<Node> {
  readonly nodes: readonly Node[];
  readonly weights: readonly number[];
  readonly #equal: boolean;
  readonly #seed: number;
  readonly #first: Int32Array;
  readonly #second: Int32Array;

  /** Throws an `Error` if two nodes have the same name, or a weight is not above 0. */
  constructor(nodes: Iterable<Node | Weighted<Node>>, { seed = 0 }: { readonly seed?: number } = {}) {
    const members = inNameOrder(nodes);
    this.nodes = members.map(({ node }) => node);
    this.weights = members.map(({ weight }) => weight);
    this.#equal = this.weights.every((weight) => weight === this.weights[0]);
    this.#seed = seed;
    this.#first = Int32Array.from(this.nodes, (node) => hashString(String(node), seed ^ NODES));
    this.#second = Int32Array.from(this.nodes, (node) => hashString(String(node), seed ^ ~NODES));
  }

  lookup(key: string): Node {
    return this.lookupHash(hashString(key, this.#seed));
  }

  lookupHash(hash: number): Node {
    const winner = this.#equal ? this.#highest(hash) : this.#highestWeighted(hash);
    if (winner < 0) throw noNode();
    return this.nodes[winner]!;
  }

  /** The first `count` nodes of a key in the order of what they drew, or all if there are fewer: who holds its copies. */
  replicas(key: string, count: number): Node[] {
    const hash = hashString(key, this.#seed);
    const drawn = this.nodes.map((node, i) => ({ node, drawn: weigh(this.#score(hash, i), this.weights[i]!) }));
    return drawn.sort((a, b) => b.drawn - a.drawn).slice(0, count).map(({ node }) => node);
  }

  get bytes(): number {
    return this.#first.byteLength + this.#second.byteLength + 8 * this.weights.length;
  }

  #score(hash: number, node: number): number {
    return (hashInteger(hash, this.#first[node]!) ^ this.#second[node]!) >>> 0;
  }

  #highest(hash: number): number {
    let [winner, highest] = [-1, -1];
    for (let i = 0; i < this.nodes.length; i++) {
      const score = this.#score(hash, i);
      if (score > highest) [winner, highest] = [i, score];
    }
    return winner;
  }

  #highestWeighted(hash: number): number {
    let [winner, highest] = [-1, -Infinity];
    for (let i = 0; i < this.nodes.length; i++) {
      const score = weigh(this.#score(hash, i), this.weights[i]!);
      if (score > highest) [winner, highest] = [i, score];
    }
    return winner;
  }
}

const NODES = 0x2e5dc35b;

/** The highest of such numbers is a node's with a probability in proportion to its weight; a higher score draws a higher one. */
const weigh = (score: number, weight: number) => -weight / Math.log((score + 0.5) / 4294967296);
