import type { Context, NodeId, Raft, RaftState, RequestVote } from "leaderlab";

/**
 * A candidate asks for this node's vote (Raft, Figure 2 and §5.1, §5.2, §5.4.1). Changes `state` in place; sends one
 * `RequestVoteReply` to the candidate `from`.
 */
export function onRequestVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): void {
  // TODO: a newer term makes this node a follower in that term, one that has not voted and knows no leader.

  // TODO: decide. Not in an older term; one vote a term, but the same candidate may ask again; and see below.

  // TODO: note the vote, make durable what must survive a crash, and start a new wait for the next election.

  // TODO: tell the candidate what you decided, and your term.
}

/** Whether the candidate's log is at least as up-to-date as this node's (§5.4.1). Entry i of a log is `log[i − 1]`. */
function isUpToDate(state: RaftState, request: RequestVote): boolean {
  // TODO: compare the terms of the last entries, then the lengths. The last term of an empty log is 0.
  return false;
}

/** Given: how long to wait for a leader before standing for election, in ms; drawn anew each time (§5.2). */
function electionTimeout(context: Context<Raft>): number {
  return 150 + 150 * context.random();
}
