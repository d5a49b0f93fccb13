import type { NodeId } from "leaderlab";

/** The fewest nodes that are more than half of `nodes`. */
export function majority(nodes: number): number {
  // TODO: more than half, as a whole number, for odd and for even clusters.
  throw new Error("majority is still to do");
}

/** How many of `nodes` may be down while a majority is still up. */
export function tolerated(nodes: number): number {
  // TODO: what is left must still be a majority.
  throw new Error("tolerated is still to do");
}

/**
 * Whether the votes received are those of a majority of the members. `granted` is the list of senders in the order of
 * arrival: a message may have been delivered twice, and a node that was removed may still send.
 */
export function isQuorum(members: readonly NodeId[], granted: readonly NodeId[]): boolean {
  // TODO: count each member that voted once, and nobody else.
  throw new Error("isQuorum is still to do");
}

/** Whether any two groups of `size` nodes out of `nodes` have at least one node in common. */
export function alwaysIntersect(nodes: number, size: number): boolean {
  // TODO: when is there not enough room for two groups without a common node?
  throw new Error("alwaysIntersect is still to do");
}

/**
 * Whether a read that asks `read` of `nodes` copies always meets at least one copy that a write to `write` of them has
 * reached.
 */
export function readsSeeWrites(nodes: number, read: number, write: number): boolean {
  // TODO: the same question for two groups of different sizes.
  throw new Error("readsSeeWrites is still to do");
}
