import type { Context, NodeId, Raft, RaftState, RequestVote } from "leaderlab";

/**
 * A candidate asks for this node's vote (Raft, Figure 2 and §5.1, §5.2, §5.4.1). Changes `state` in place; sends one
 * `RequestVoteReply` to the candidate `from`.
 */
export function onRequestVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): void {
  // <answer> TODO: a newer term makes this node a follower in that term, one that has not voted and knows no leader.
  // A vote belongs to a term: a newer one begins without it, whatever this node was before, and whether or not it will
  // vote for this candidate.
  const newer = request.term > state.currentTerm;
  if (newer) {
    state.role = "follower";
    state.currentTerm = request.term;
    state.votedFor = null;
    state.leader = null;
    state.votes = [];
  }
  // </answer>

  // <answer> TODO: decide. Not in an older term; one vote a term, but the same candidate may ask again; and see below.
  // The same candidate may ask again because our first reply may be lost: it gets the same answer.
  const free = state.votedFor === null || state.votedFor === from;
  const granted = request.term === state.currentTerm && free && isUpToDate(state, request);
  // </answer>

  // <answer> TODO: note the vote, make durable what must survive a crash, and start a new wait for the next election.
  // Only a vote given restarts the timer: a node that refuses must still become a candidate if nobody better does.
  if (granted) {
    state.votedFor = from;
    context.setTimer("election", electionTimeout(context));
  }
  // A node that forgot its vote or its term in a crash could vote again in the same term.
  if (newer || granted) context.save({ currentTerm: state.currentTerm, votedFor: state.votedFor });
  // </answer>

  // <answer> TODO: tell the candidate what you decided, and your term.
  // The term as it is now: an old candidate learns from it that it is too late.
  context.send(from, { type: "RequestVoteReply", term: state.currentTerm, voteGranted: granted });
  // </answer>
}

/** Whether the candidate's log is at least as up-to-date as this node's (§5.4.1). Entry i of a log is `log[i − 1]`. */
function isUpToDate(state: RaftState, request: RequestVote): boolean {
  // <answer> TODO: compare the terms of the last entries, then the lengths. The last term of an empty log is 0.
  // The later last term wins, however short its log: a long log may be full of entries that were never committed.
  const lastLogTerm = state.log.at(-1)?.term ?? 0;
  if (request.lastLogTerm !== lastLogTerm) return request.lastLogTerm > lastLogTerm;
  return request.lastLogIndex >= state.log.length;
  // </answer> return false;
}

/** Given: how long to wait for a leader before standing for election, in ms; drawn anew each time (§5.2). */
function electionTimeout(context: Context<Raft>): number {
  return 150 + 150 * context.random();
}
