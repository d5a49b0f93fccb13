import type { NodeId } from "leaderlab";

/** The fewest nodes that are more than half of `nodes`. */
export function majority(nodes: number): number {
  // <answer> TODO: more than half, as a whole number, for odd and for even clusters.
  // One more than half rounded down: of 4 nodes 2 are exactly half, and the other 2 could think so too.
  return Math.floor(nodes / 2) + 1;
  // </answer> throw new Error("majority is still to do");
}

/** How many of `nodes` may be down while a majority is still up. */
export function tolerated(nodes: number): number {
  // <answer> TODO: what is left must still be a majority.
  // All but a majority. A fourth node makes the majority larger, not the number of failures survived.
  return nodes - majority(nodes);
  // </answer> throw new Error("tolerated is still to do");
}

/**
 * Whether the votes received are those of a majority of the members. `granted` is the list of senders in the order of
 * arrival: a message may have been delivered twice, and a node that was removed may still send.
 */
export function isQuorum(members: readonly NodeId[], granted: readonly NodeId[]): boolean {
  // <answer> TODO: count each member that voted once, and nobody else.
  // Counting members rather than messages takes care of both: a repeated vote and an outsider's.
  const voters = members.filter((member) => granted.includes(member));
  return voters.length >= majority(members.length);
  // </answer> throw new Error("isQuorum is still to do");
}

/** Whether any two groups of `size` nodes out of `nodes` have at least one node in common. */
export function alwaysIntersect(nodes: number, size: number): boolean {
  // <answer> TODO: when is there not enough room for two groups without a common node?
  // Two groups without a common node need 2·size nodes; where there are fewer, they must share one.
  return 2 * size > nodes;
  // </answer> throw new Error("alwaysIntersect is still to do");
}

/**
 * Whether a read that asks `read` of `nodes` copies always meets at least one copy that a write to `write` of them has
 * reached.
 */
export function readsSeeWrites(nodes: number, read: number, write: number): boolean {
  // <answer> TODO: the same question for two groups of different sizes.
  // The write misses nodes − write copies; the read must ask more than those.
  return read > nodes - write;
  // </answer> throw new Error("readsSeeWrites is still to do");
}
