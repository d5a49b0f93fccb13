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
  // TODO: make every node's points, then put all of them in order.
  throw new Error("buildRing is still to do");
}

/** The node that owns a key whose hash is `position`: that of the first point at or after it. After the last point comes the first. */
export function ownerOf(ring: Ring, position: number): string {
  // TODO: with `firstAt` this is one line.
  throw new Error("ownerOf is still to do");
}

/** The first `count` different nodes from a key on, its owner first; all nodes if there are fewer. */
export function replicasOf(ring: Ring, position: number, count: number): string[] {
  // TODO: go on from the owner's point, over the end of the list too, and skip whom you have. When must it end?
  throw new Error("replicasOf is still to do");
}

/** The index of the first point at or after a position; 0 if there is none. */
function firstAt(ring: Ring, position: number): number {
  // TODO: halve the range in which it must be, until one place is left. Mind several points at one position.
  throw new Error("firstAt is still to do");
}
