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
  // TODO: when may the leader take everything up to `index` for committed, and when must it leave things as they are?
  throw new Error("newCommitIndex is still to do");
}

/** The highest index up to which a majority of all nodes has the leader's log. */
function heldByMajority(matchIndex: readonly number[]): number {
  // TODO: mind an even number of nodes.
  throw new Error("heldByMajority is still to do");
}
