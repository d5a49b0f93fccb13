import { type Context, isUpToDate, majority, type NodeId, type Raft, type RaftState, type RequestVote, type RequestVoteReply } from "leaderlab";

/** This node has waited long enough for a leader (Ongaro, dissertation, 2014, §9.6). Changes `state` in place; asks all others with a `PreVote`. */
export function onElectionTimeout(state: RaftState, context: Context<Raft>): void {
  // <answer> TODO: become a pre-candidate that knows no leader, and begin to count. What must stay as it is?
  // Neither term nor vote: who asks in vain must leave no trace, with itself or with others.
  state.role = "pre-candidate";
  state.leader = null;
  // From here on it counts who has given leave, with what is left of an earlier try forgotten.
  state.votes = [context.self];
  // </answer>

  // <answer> TODO: wait for the next try, and ask every other node. For which term is the leave?
  // Answers get lost: it must be able to ask again.
  context.setTimer("election", electionTimeout(context));
  const request: RequestVote = { type: "PreVote", term: state.currentTerm + 1, lastLogIndex: state.log.length, lastLogTerm: state.log.at(-1)?.term ?? 0 };
  for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, request);
  // </answer>
}

/** A node asks for leave to stand. Changes nothing; sends one `PreVoteReply` to `from`. */
export function onPreVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): void {
  // <answer> TODO: would this node vote for it, in that term? And has it, for its own part, a leader?
  // It votes for nobody yet, so that it may give leave to several: that one of them stands is no harm.
  const voteGranted = request.term > state.currentTerm && !hearsLeader(state, context) && isUpToDate(request, state);
  // </answer>

  // <answer> TODO: answer. Which term does the other need to know if it gets leave, and which if it does not?
  // Who is behind learns from a refusal in which term the others are.
  context.send(from, { type: "PreVoteReply", term: voteGranted ? request.term : state.currentTerm, voteGranted });
  // </answer>
}

/** A node has answered. Changes `state` in place; returns whether it is time to stand: our engine does the rest. */
export function onPreVoteReply(state: RaftState, from: NodeId, reply: RequestVoteReply, context: Context<Raft>): boolean {
  // <answer> TODO: does this answer count, here and now? If so, count it; is it enough?
  // It may be late: meanwhile this node may follow a leader, or have seen a newer term.
  if (state.role !== "pre-candidate" || !reply.voteGranted || reply.term !== state.currentTerm + 1) return false;
  // The network repeats messages: it is nodes that count.
  if (!state.votes.includes(from)) state.votes.push(from);
  return state.votes.length >= majority(context.size);
  // </answer> return false;
}

/** Whether this node leads, or has heard from a leader less than the shortest election timeout ago. */
function hearsLeader(state: RaftState, context: Context<Raft>): boolean {
  // <answer> TODO: `state.heardFromLeader` is a time by the clock that `context.now` shows; null if it was never.
  // A leader does not hear from itself.
  if (state.role === "leader") return true;
  return state.heardFromLeader !== null && context.now - state.heardFromLeader < shortestTimeout;
  // </answer> return false;
}

/** Given: in ms. Leaders speak every 75 ms. */
const shortestTimeout = 150;

/** Given: how long to wait for a leader, in ms; drawn anew each time. */
function electionTimeout(context: Context<Raft>): number {
  return shortestTimeout + 150 * context.random();
}
