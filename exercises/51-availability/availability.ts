import type { NodeId } from "leaderlab";

/** Nodes that may decide together, each named once. Nodes are numbered from 0. */
export type Quorum = readonly NodeId[];

/** A design: any of `reads` is enough to read, any of `writes` to write. */
export interface System {
  readonly reads: readonly Quorum[];
  readonly writes: readonly Quorum[];
}

/** Given: all sets of the nodes 0 to `nodes` − 1; the empty one, too. */
export function subsets(nodes: number): NodeId[][] {
  if (nodes === 0) return [[]];
  const without = subsets(nodes - 1);
  return [...without, ...without.map((set) => [...set, nodes - 1])];
}

/** Whether at least one of the quorums can decide when exactly the nodes in `up` are up. */
export function hasQuorum(quorums: readonly Quorum[], up: readonly NodeId[]): boolean {
  // TODO: who of a quorum must be there?
  throw new Error("hasQuorum is still to do");
}

/** The probability that one of the quorums can decide. Node i is up with probability `chances[i]`, whatever the others do. */
export function availability(quorums: readonly Quorum[], chances: readonly number[]): number {
  // TODO: which sets of nodes can decide, and with what probability is exactly such a set up?
  throw new Error("availability is still to do");
}

/**
 * The quorums of weighted votes (Gifford, SOSP 1979): all sets of nodes with at least `needed` votes together, but none
 * from which a node could be left out. Node i has `votes[i]` votes, a whole number from 0.
 */
export function byVotes(votes: readonly number[], needed: number): Quorum[] {
  // TODO: which sets have enough votes, and which of them would have too few without any one of their nodes?
  throw new Error("byVotes is still to do");
}

/** Whether a read always meets the last write, and of two writes one always learns of the other. */
export function isConsistent({ reads, writes }: System): boolean {
  // TODO: which quorums must have a node in common?
  throw new Error("isConsistent is still to do");
}

/**
 * The place in the list of the consistent system in which most operations succeed, if a share `readShare` of them are
 * reads; null if none is consistent. No two are equally good.
 */
export function best(systems: readonly System[], chances: readonly number[], readShare: number): number | null {
  // TODO: what is the probability that an operation succeeds, and who may take part in the contest?
  throw new Error("best is still to do");
}
