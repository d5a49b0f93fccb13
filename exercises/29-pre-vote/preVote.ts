import { type Context, isUpToDate, majority, type NodeId, type Raft, type RaftState, type RequestVote, type RequestVoteReply } from "leaderlab";

/** This node has waited long enough for a leader (Ongaro, dissertation, 2014, §9.6). Changes `state` in place; asks all others with a `PreVote`. */
export function onElectionTimeout(state: RaftState, context: Context<Raft>): void {
  // TODO: become a pre-candidate that knows no leader, and begin to count. What must stay as it is?

  // TODO: wait for the next try, and ask every other node. For which term is the leave?
}

/** A node asks for leave to stand. Changes nothing; sends one `PreVoteReply` to `from`. */
export function onPreVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): void {
  // TODO: would this node vote for it, in that term? And has it, for its own part, a leader?

  // TODO: answer. Which term does the other need to know if it gets leave, and which if it does not?
}

/** A node has answered. Changes `state` in place; returns whether it is time to stand: our engine does the rest. */
export function onPreVoteReply(state: RaftState, from: NodeId, reply: RequestVoteReply, context: Context<Raft>): boolean {
  // TODO: does this answer count, here and now? If so, count it; is it enough?
  return false;
}

/** Whether this node leads, or has heard from a leader less than the shortest election timeout ago. */
function hearsLeader(state: RaftState, context: Context<Raft>): boolean {
  // TODO: `state.heardFromLeader` is a time by the clock that `context.now` shows; null if it was never.
  return false;
}

/** Given: in ms. Leaders speak every 75 ms. */
const shortestTimeout = 150;

/** Given: how long to wait for a leader, in ms; drawn anew each time. */
function electionTimeout(context: Context<Raft>): number {
  return shortestTimeout + 150 * context.random();
}
