import type { Planted } from "./planted.js";

const ROLE = '  state.role = "pre-candidate";\n';
const VOTES = "state.votes = [context.self];";
const TIMER = '  context.setTimer("election", electionTimeout(context));\n';
const TERM = "term: state.currentTerm + 1, lastLogIndex";
const GRANTED = "const voteGranted = request.term > state.currentTerm && !hearsLeader(state, context) && isUpToDate(request, state);";
const REPLY = "term: voteGranted ? request.term : state.currentTerm, voteGranted";
const COUNTS = 'if (state.role !== "pre-candidate" || !reply.voteGranted || reply.term !== state.currentTerm + 1) return false;';
const ONCE = "if (!state.votes.includes(from)) state.votes.push(from);";
const LEADS = '  if (state.role === "leader") return true;\n';
const HEARD = "return state.heardFromLeader !== null && context.now - state.heardFromLeader < shortestTimeout;";

// The cases.
const ASKS = "before it stands, a node asks all others for leave";
const NO_TRACE = "asking changes neither the term nor the vote";
const WAITS = "who asks waits anew";
const GIVEN = "leave is given to who could win";
const LEADER_HEARD = "leave is refused while a leader is heard";
const COULD_NOT = "leave is refused to who could not win";
const NO_PROMISE = "giving leave promises nothing";
const STANDS = "with the leave of a majority, and not before, a node stands";
const COUNTED = "only leave for this very candidacy counts";
const PROMISES = "no promise of Raft is broken, whatever fails";
const ELECTED = "when the faults end, somebody is elected";
const RETURNS = "a node that was cut off deposes nobody when it comes back";
const DEAF = "a node that alone does not hear the leader deposes nobody";

/** Mistakes in Raft's pre-vote. */
export const planted: readonly Planted[] = [
  { bug: "raises its term when it asks", changes: [[ROLE, `${ROLE}  state.currentTerm += 1;\n  context.save({ currentTerm: state.currentTerm, votedFor: state.votedFor });\n`], [TERM, "term: state.currentTerm, lastLogIndex"], [COUNTS, COUNTS.replace("currentTerm + 1", "currentTerm")]], fails: { [NO_TRACE]: /has 5 for state\.currentTerm instead of 4/, [STANDS]: /has \[0\] for state\.votes instead of \[0,2\]/, [COUNTED]: /does not stand, although with this one 3 of 5 have given leave for term 5\./, [PROMISES]: /who stands has the leave of a majority/, [RETURNS]: /a leader that a majority hears is deposed by nobody/, [DEAF]: /a leader that a majority hears is deposed by nobody/ } },
  { bug: "asks for its present term", changes: [[TERM, "term: state.currentTerm, lastLogIndex"]], fails: { [ASKS]: /sent PreVote\(term 4, lastLogIndex 2, lastLogTerm 3\) instead of PreVote\(term 5, lastLogInde/, [NO_TRACE]: /sent PreVote\(term 4, lastLogIndex 2, lastLogTerm 3\) instead of PreVote\(term 5, lastLogInde/, [PROMISES]: /nobody was elected/, [ELECTED]: /when the faults end/ } },
  { bug: "votes for itself when it asks", changes: [[ROLE, `${ROLE}  state.votedFor = context.self;\n`]], fails: { [NO_TRACE]: /has 0 for state\.votedFor instead of 2/ } },
  { bug: "keeps the leave of an earlier try", changes: [[VOTES, "if (!state.votes.includes(context.self)) state.votes.push(context.self);"]], fails: { [ASKS]: /has \[0,3\] for state\.votes instead of \[0\]/, [PROMISES]: /who stands has the leave of a majority/ } },
  { bug: "asks only once", changes: [[TIMER, ""]], fails: { [WAITS]: /did not restart its election timer, and will never ask again/ } },
  { bug: "gives leave while it hears a leader", changes: [[GRANTED, GRANTED.replace(" && !hearsLeader(state, context)", "")]], fails: { [LEADER_HEARD]: /answered PreVoteReply\(term 5, voteGranted true\) instead of PreVoteReply\(term 4, voteGrante/, [RETURNS]: /a leader that a majority hears is deposed by nobody/, [DEAF]: /a leader that a majority hears is deposed by nobody/ } },
  { bug: "gives leave when it leads itself", changes: [[LEADS, ""]], fails: { [LEADER_HEARD]: /answered PreVoteReply\(term 5, voteGranted true\) instead of PreVoteReply\(term 4, voteGrante/ } },
  { bug: "believes for ever in a leader that it once heard", changes: [[HEARD, "return state.leader !== null;"]], fails: { [LEADER_HEARD]: /answered PreVoteReply\(term 4, voteGranted false\) instead of PreVoteReply\(term 5, voteGrant/ } },
  { bug: "gives no leave if it never had a leader", changes: [[HEARD, "return state.heardFromLeader === null || context.now - state.heardFromLeader < shortestTimeout;"]], fails: { [GIVEN]: /answered PreVoteReply\(term 4, voteGranted false\) instead of PreVoteReply\(term 5, voteGrant/, [COULD_NOT]: /answered PreVoteReply\(term 4, voteGranted false\) instead of PreVoteReply\(term 5, voteGrant/, [NO_PROMISE]: /answered PreVoteReply\(term 4, voteGranted false\) instead of PreVoteReply\(term 5, voteGrant/, [PROMISES]: /nobody was elected/, [ELECTED]: /when the faults end/ } },
  { bug: "takes never for the time 0", changes: [[HEARD, "return context.now - state.heardFromLeader! < shortestTimeout;"]], fails: { [GIVEN]: /answered PreVoteReply\(term 4, voteGranted false\) instead of .*its clock shows 100 ms/ } },
  { bug: "asks itself, too", changes: [["if (node !== context.self) context.send(node, request);", "context.send(node, request);"]], fails: { [ASKS]: /sent a message to itself \(node 0\); its own leave is in `votes` already/, [NO_TRACE]: /sent a message to itself/ } },
  { bug: "does not look at the log", changes: [[GRANTED, GRANTED.replace(" && isUpToDate(request, state)", "")]], fails: { [COULD_NOT]: /answered PreVoteReply\(term 5, voteGranted true\) instead of PreVoteReply\(term 4, voteGrante/ } },
  { bug: "gives leave only if its vote is free", changes: [[GRANTED, GRANTED.replace("!hearsLeader", "(state.votedFor === null || state.votedFor === from) && !hearsLeader")]], fails: { [GIVEN]: /answered PreVoteReply\(term 4, voteGranted false\) instead of PreVoteReply\(term 9, voteGrant/, [NO_PROMISE]: /answered PreVoteReply\(term 4, voteGranted false\) instead of PreVoteReply\(term 5, voteGrant/ } },
  { bug: "notes its leave as a vote", changes: [[GRANTED, `${GRANTED}\n  if (voteGranted) {\n    state.currentTerm = request.term;\n    state.votedFor = from;\n    context.save({ currentTerm: state.currentTerm, votedFor: from });\n  }`]], fails: { [NO_PROMISE]: /has 5 for state\.currentTerm instead of 4/, [PROMISES]: /who stands has the leave of a majority/ } },
  { bug: "adopts the term that it is asked about", changes: [[GRANTED, `${GRANTED}\n  if (request.term > state.currentTerm) {\n    state.currentTerm = request.term;\n    state.votedFor = null;\n    state.role = "follower";\n    context.save({ currentTerm: state.currentTerm, votedFor: null });\n  }`]], fails: { [LEADER_HEARD]: /answered PreVoteReply\(term 5, voteGranted false\) instead of PreVoteReply\(term 4, voteGrant/, [COULD_NOT]: /answered PreVoteReply\(term 5, voteGranted false\) instead of PreVoteReply\(term 4, voteGrant/, [NO_PROMISE]: /has 5 for state\.currentTerm instead of 4/, [PROMISES]: /at most one leader a term/, [ELECTED]: /when the faults end/, [RETURNS]: /a leader that a majority hears is deposed by nobody/, [DEAF]: /a leader that a majority hears is deposed by nobody/ } },
  { bug: "waits anew when it gives leave", changes: [[GRANTED, `${GRANTED}\n  if (voteGranted) context.setTimer("election", electionTimeout(context));`]], fails: { [NO_PROMISE]: /restarted a timer, and so puts its own candidacy off/ } },
  { bug: "answers with its own term even when it gives leave", changes: [[REPLY, "term: state.currentTerm, voteGranted"]], fails: { [GIVEN]: /answered PreVoteReply\(term 4, voteGranted true\) instead of PreVoteReply\(term 5, voteGrante/, [LEADER_HEARD]: /answered PreVoteReply\(term 4, voteGranted true\) instead of PreVoteReply\(term 5, voteGrante/, [COULD_NOT]: /answered PreVoteReply\(term 4, voteGranted true\) instead of PreVoteReply\(term 5, voteGrante/, [NO_PROMISE]: /answered PreVoteReply\(term 4, voteGranted true\) instead of PreVoteReply\(term 5, voteGrante/, [PROMISES]: /nobody was elected/, [ELECTED]: /when the faults end/ } },
  { bug: "counts refusals", changes: [[COUNTS, COUNTS.replace(" || !reply.voteGranted", "")]], fails: { [COUNTED]: /stands, although node 2 refused, being in term 5 itself\./ } },
  { bug: "counts leave for any term", changes: [[COUNTS, COUNTS.replace(" || reply.term !== state.currentTerm + 1", "")]], fails: { [COUNTED]: /stands, although the leave was for term 4, and it would stand in term 5\./ } },
  { bug: "counts leave that comes when it has a leader again", changes: [[COUNTS, COUNTS.replace('state.role !== "pre-candidate" || ', "")]], fails: { [COUNTED]: /stands, although it has found a leader since it asked\./ } },
  { bug: "counts leave as often as it arrives", changes: [[ONCE, "state.votes.push(from);"]], fails: { [STANDS]: /stands, although only 2 of 5 have given leave; that the answer of node 2 came twice does n/, [PROMISES]: /who stands has the leave of a majority/ } },
];
