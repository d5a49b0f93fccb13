/** A node and its share: one of weight 2 is to hold twice as many keys as one of weight 1. A whole number from 1. */
export interface Member {
  readonly name: string;
  readonly weight: number;
}

/** One of a node's points (virtual nodes) on the circle of positions, which are whole numbers from 0. */
export interface Point {
  readonly position: number;
  readonly node: string;
}

/** A ring as a lookup sees it: how many points it has (at least one), and each of them, in the order that `buildRing` gives them. */
export interface Ring {
  readonly length: number;
  /** A look at point number `index`, from 0 to `length − 1`. Looks are counted. Throws for any other number. */
  at(index: number): Point;
}

/**
 * All points of a ring, by position; at the same position by the name of the node. A node of weight w has w · `points` of them:
 * number i, counted from 0, lies at `hash("NAME#i")`.
 */
export function buildRing(members: readonly Member[], points: number, hash: (text: string) => number): Point[] {
  // <answer> TODO: make every node's points, then put all of them in order.
  const ring = members.flatMap(({ name, weight }) => Array.from({ length: weight * points }, (_, i) => ({ position: hash(`${name}#${i}`), node: name })));
  // Names decide where positions are equal: otherwise it would be the order in which the members happen to be listed.
  return ring.sort((a, b) => a.position - b.position || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
  // </answer> throw new Error("buildRing is still to do");
}

/** The node that owns a key whose hash is `position`: that of the first point at or after it. After the last point comes the first. */
export function ownerOf(ring: Ring, position: number): string {
  // <answer> TODO: with `firstAt` this is one line.
  return ring.at(firstAt(ring, position)).node;
  // </answer> throw new Error("ownerOf is still to do");
}

/** The first `count` different nodes from a key on, its owner first; all nodes if there are fewer. */
export function replicasOf(ring: Ring, position: number, count: number): string[] {
  // <answer> TODO: go on from the owner's point, over the end of the list too, and skip whom you have. When must it end?
  const nodes: string[] = [];
  const first = firstAt(ring, position);
  // Once round is enough: there are no other nodes then.
  for (let step = 0; step < ring.length && nodes.length < count; step++) {
    const { node } = ring.at((first + step) % ring.length);
    if (!nodes.includes(node)) nodes.push(node);
  }
  return nodes;
  // </answer> throw new Error("replicasOf is still to do");
}

/** The index of the first point at or after a position; 0 if there is none. */
function firstAt(ring: Ring, position: number): number {
  // <answer> TODO: halve the range in which it must be, until one place is left. Mind several points at one position.
  // All points before `low` lie before the position, all from `high` on do not.
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // Where it is equal we go on to the left: an equal point may stand there as well.
    if (ring.at(middle).position < position) low = middle + 1;
    else high = middle;
  }
  return low % ring.length;
  // </answer> throw new Error("firstAt is still to do");
}
