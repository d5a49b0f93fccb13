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
  // <answer> TODO: who of a quorum must be there?
  // All of it. That most of a quorum is up helps nobody.
  return quorums.some((quorum) => quorum.every((node) => up.includes(node)));
  // </answer> throw new Error("hasQuorum is still to do");
}

/** The probability that one of the quorums can decide. Node i is up with probability `chances[i]`, whatever the others do. */
export function availability(quorums: readonly Quorum[], chances: readonly number[]): number {
  // <answer> TODO: which sets of nodes can decide, and with what probability is exactly such a set up?
  // The nodes are independent of each other, quorums are not: they share nodes. So we go through what may be up.
  let sum = 0;
  for (const up of subsets(chances.length)) {
    if (!hasQuorum(quorums, up)) continue;
    sum += chances.reduce((product, chance, node) => product * (up.includes(node) ? chance : 1 - chance), 1);
  }
  return sum;
  // </answer> throw new Error("availability is still to do");
}

/**
 * The quorums of weighted votes (Gifford, SOSP 1979): all sets of nodes with at least `needed` votes together, but none
 * from which a node could be left out. Node i has `votes[i]` votes, a whole number from 0.
 */
export function byVotes(votes: readonly number[], needed: number): Quorum[] {
  // <answer> TODO: which sets have enough votes, and which of them would have too few without any one of their nodes?
  const count = (set: Quorum): number => set.reduce((sum, node) => sum + votes[node]!, 0);
  // The node with the fewest votes is the one that could be spared.
  return subsets(votes.length).filter((set) => count(set) >= needed && set.every((node) => count(set) - votes[node]! < needed));
  // </answer> throw new Error("byVotes is still to do");
}

/** Whether a read always meets the last write, and of two writes one always learns of the other. */
export function isConsistent({ reads, writes }: System): boolean {
  // <answer> TODO: which quorums must have a node in common?
  const meets = (one: Quorum, other: Quorum): boolean => one.some((node) => other.includes(node));
  // Writes among themselves, too: two that miss each other both take the same place in the order.
  return writes.every((write) => [...reads, ...writes].every((other) => meets(write, other)));
  // </answer> throw new Error("isConsistent is still to do");
}

/**
 * The place in the list of the consistent system in which most operations succeed, if a share `readShare` of them are
 * reads; null if none is consistent. No two are equally good.
 */
export function best(systems: readonly System[], chances: readonly number[], readShare: number): number | null {
  // <answer> TODO: what is the probability that an operation succeeds, and who may take part in the contest?
  const served = ({ reads, writes }: System): number => readShare * availability(reads, chances) + (1 - readShare) * availability(writes, chances);
  let winner: number | null = null;
  for (const [index, system] of systems.entries()) {
    // What need not be consistent is always the most available: that is no contest.
    if (isConsistent(system) && (winner === null || served(system) > served(systems[winner]!))) winner = index;
  }
  return winner;
  // </answer> throw new Error("best is still to do");
}
