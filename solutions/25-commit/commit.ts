import type { NodeId } from "leaderlab";

/** What a leader goes by when it decides what is committed (Raft, Figure 2). Entry i of its log is `log[i − 1]`. */
export interface Leader {
  readonly self: NodeId;
  readonly currentTerm: number;
  /** Highest index known to be committed. */
  readonly commitIndex: number;
  readonly log: readonly { readonly term: number }[];
  /** By node, its own place included: up to which index that node's disk is known to hold what this leader's log says. */
  readonly matchIndex: readonly number[];
}

/** The leader's commit index, now that `matchIndex` is as it is (Raft, Figure 2, rules for leaders, and §5.4.2). */
export function newCommitIndex({ currentTerm, commitIndex, log, matchIndex }: Leader): number {
  const index = heldByMajority(matchIndex);
  // <answer> TODO: when may the leader take everything up to `index` for committed, and when must it leave things as they are?
  // An entry of an older term may be on a majority and still be replaced by a leader that never saw it (Figure 8). One of
  // this term may not, and with it all that is before it. After an election `index` may also be less than what is known.
  return index > commitIndex && log[index - 1]?.term === currentTerm ? index : commitIndex;
  // </answer> throw new Error("newCommitIndex is still to do");
}

/** The highest index up to which a majority of all nodes has the leader's log. */
function heldByMajority(matchIndex: readonly number[]): number {
  // <answer> TODO: mind an even number of nodes.
  // With the highest first, the first ⌊n/2⌋ + 1 nodes are the majority that has most; the last of them says how much.
  const descending = [...matchIndex].sort((one, other) => other - one);
  return descending[Math.floor(matchIndex.length / 2)]!;
  // </answer> throw new Error("heldByMajority is still to do");
}
