import { type Arcs, bytesOf, endOf, ownerAt, ownerOf } from "./arcs.js";
import { hashInteger, hashString } from "./hashString.js";
import { type HashNode, inNameOrder, noNode, type Placement } from "./placement.js";
import { cutAtPoints } from "./points.js";

/**
 * Multi-probe consistent hashing (Appleton and O'Reilly 2015): each node has one point, and each key is tried at `probes`
 * places of the circle; the one with the least way to the next point decides. Tables are small, lookups take longer. With
 * 21 probes the most loaded node has about 1.05 times the mean.
 */
export class MultiProbe<Node extends HashNode> implements Placement<Node> {
  readonly nodes: readonly Node[];
  readonly probes: number;
  readonly #arcs: Arcs;
  /** By node: its point. */
  readonly #points: Uint32Array;
  readonly #seed: number;

  /** `probes` is a whole number from 1; 21 unless given. Throws an `Error` if it is not, or if two nodes have the same name. */
  constructor(nodes: Iterable<Node>, { probes = 21, seed = 0 }: { readonly probes?: number; readonly seed?: number } = {}) {
    if (!(Number.isInteger(probes) && probes >= 1)) throw new Error(`probes: expected a whole number from 1, not ${probes}`);
    const members = inNameOrder(nodes);
    this.nodes = members.map(({ node }) => node);
    this.probes = probes;
    this.#seed = seed;
    this.#arcs = cutAtPoints(members, { points: 1, owns: "before", bits: 32, seed });
    this.#points = new Uint32Array(members.length);
    for (let arc = 0; arc < members.length; arc++) this.#points[ownerOf(this.#arcs, arc)] = endOf(this.#arcs, arc);
  }

  lookup(key: string): Node {
    return this.lookupHash(hashString(key, this.#seed));
  }

  lookupHash(hash: number): Node {
    if (this.nodes.length === 0) throw noNode();
    let [nearest, least] = [0, Infinity];
    for (let probe = 0; probe < this.probes; probe++) {
      const position = hashInteger(hash, probe);
      const owner = ownerAt(this.#arcs, position);
      const way = (this.#points[owner]! - position) >>> 0;
      if (way < least) [nearest, least] = [owner, way];
    }
    return this.nodes[nearest]!;
  }

  get bytes(): number {
    return bytesOf(this.#arcs) + this.#points.byteLength;
  }
}
