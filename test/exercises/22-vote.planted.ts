import type { Planted } from "./planted.js";

const FREE = "const free = state.votedFor === null || state.votedFor === from;";
const GRANTED = "const granted = request.term === state.currentTerm && free && isUpToDate(state, request);";
const SAVE = "if (newer || granted) context.save({ currentTerm: state.currentTerm, votedFor: state.votedFor });";
const TERM_FIRST = "if (request.lastLogTerm !== lastLogTerm) return request.lastLogTerm > lastLogTerm;";
const LENGTH = "return request.lastLogIndex >= state.log.length;";
const TIMER = '    context.setTimer("election", electionTimeout(context));\n  }\n';
const NEWER = "const newer = request.term > state.currentTerm;";

// The cases.
const OLDER = "a request of an older term is refused";
const FIRST = "a first vote is given";
const ADOPTED = "a newer term is adopted";
const ONCE = "a node votes once a term";
const AGAIN = "the same candidate may ask again";
const TERM = "the later last term wins";
const LONGER = "with equal last terms the longer log wins";
const VOTE_KEPT = "a vote survives a crash";
const TERM_KEPT = "a new term survives a crash though no vote is given";
const TIMER_CASE = "only a vote restarts the election timer";
const ONE_LEADER = "at most one leader a term, whatever fails";
const COMPLETE = "a leader's log is not behind those of a majority";
const ELECTED = "somebody is elected in time";

/** Mistakes in Raft's vote handler. */
export const planted: readonly Planted[] = [
  { bug: "does not look at the logs", changes: [[GRANTED, GRANTED.replace(" && isUpToDate(state, request)", "")]], fails: { [TERM]: /voted for 2, although the candidate's last entry is of term 2, its own of term 3/, [LONGER]: /voted for 2, although both logs end in term 2/, [COMPLETE]: /was elected leader of term \d+ with a log .* behind those of nodes/ } },
  { bug: "compares lengths before terms", changes: [[TERM_FIRST, "if (request.lastLogIndex !== state.log.length) return request.lastLogIndex > state.log.length;"], [LENGTH, "return request.lastLogTerm >= lastLogTerm;"]], fails: { [TERM]: /refused its vote to 2, although the candidate's last entry is of term 3.*longer does not matter/, [COMPLETE]: /behind those of nodes/ } },
  { bug: "wants both the term and the length to be no less", changes: [[TERM_FIRST, "if (request.lastLogTerm < lastLogTerm) return false;"]], fails: { [TERM]: /refused its vote to 2, although the candidate's last entry is of term 3.*longer does not matter/ } },
  { bug: "wants the candidate's log to be longer", changes: [[LENGTH, "return request.lastLogIndex > state.log.length;"]], fails: { [LONGER]: /have 3 entries: the candidate's is no worse/, [ELECTED]: /nobody was elected.*not one vote was given/ } },
  { bug: "forgets to save", changes: [[SAVE, ""]], fails: { [VOTE_KEPT]: /saved nothing/, [TERM_KEPT]: /saved nothing/, [ONE_LEADER]: /having forgotten its first vote in a crash between/ } },
  { bug: "saves the vote but not a term without one", changes: [[SAVE, SAVE.replace("newer || granted", "granted")]], fails: { [TERM_KEPT]: /saved nothing, and would not know it after a crash, although it was in term 4 and heard of term 6/ } },
  { bug: "saves before it notes the vote", changes: [[SAVE, ""], ["  if (granted) {\n", `  ${SAVE}\n  if (granted) {\n`]], fails: { [VOTE_KEPT]: /saved \{"currentTerm":4,"votedFor":null\} instead of \{"currentTerm":4,"votedFor":2\}/, [ONE_LEADER]: /having forgotten its first vote in a crash between/ } },
  { bug: "votes for everyone who asks in a term", changes: [[FREE, "const free = true;"]], fails: { [ONCE]: /voted for 2, although it had voted for 1 in the same term \(term 4\)/, [ONE_LEADER]: /node \d voted for \d at .* and for \d at/ } },
  { bug: "takes the same term for a newer one", changes: [[NEWER, "const newer = request.term >= state.currentTerm;"]], fails: { [ONCE]: /voted for 2, although it had voted for 1 in the same term \(term 4\)/, [ONE_LEADER]: /node \d voted for \d at .* and for \d at/ } },
  { bug: "refuses a candidate that asks again", changes: [[FREE, "const free = state.votedFor === null;"]], fails: { [AGAIN]: /its first answer may have been lost/ } },
  { bug: "keeps its old vote in a newer term", changes: [["    state.votedFor = null;\n", ""]], fails: { [ADOPTED]: /refused its vote to 2, although it was asked for term 7 while in term 4, in which it had voted for 1/, [ELECTED]: /nobody was elected/ } },
  { bug: "does not adopt a newer term", changes: [["    state.currentTerm = request.term;\n", ""], [GRANTED, GRANTED.replace("===", ">=")]], fails: { [ADOPTED]: /is in term 4 instead of 7/, [VOTE_KEPT]: /instead of \{"currentTerm":6/, [TERM_KEPT]: /instead of \{"currentTerm":6/, [ONE_LEADER]: /no election was won/, [COMPLETE]: /no election was won/, [ELECTED]: /nobody was elected/ } },
  { bug: "stays what it was in a newer term", changes: [['    state.role = "follower";\n', ""]], fails: { [ADOPTED]: /is still a candidate/, [ONE_LEADER]: /was the leader of term \d+, heard of the newer term, and did not step down/ } },
  { bug: "adopts a newer term only with a vote", changes: [[NEWER, "const newer = request.term > state.currentTerm && isUpToDate(state, request);"]], fails: { [ADOPTED]: /is in term 4 instead of 7.*whose log is behind/, [TERM_KEPT]: /saved nothing/ } },
  { bug: "restarts the timer at every request", changes: [[TIMER, '  }\n  context.setTimer("election", electionTimeout(context));\n']], fails: { [TIMER_CASE]: /restarted its election timer, although it gave no vote/ } },
  { bug: "does not restart the timer when it votes", changes: [[TIMER, "  }\n"]], fails: { [TIMER_CASE]: /did not restart its election timer, although node 2 was due its vote/ } },
  { bug: "answers with the candidate's term", changes: [["term: state.currentTerm, voteGranted", "term: request.term, voteGranted"]], fails: { [OLDER]: /answered with term 3 instead of its current term 4/ } },
  { bug: "votes in older terms", changes: [[GRANTED, GRANTED.replace("request.term === state.currentTerm && ", "")]], fails: { [OLDER]: /voted for 2, although it is in term 4 already/ } },
  { bug: "answers only when it grants", changes: [["  context.send(from,", "  if (granted) context.send(from,"]], fails: { [OLDER]: /did not answer/, [ONCE]: /did not answer/, [TERM]: /did not answer/, [LONGER]: /did not answer/ } },
  { bug: "tells everybody, itself too", changes: [["  context.send(from, {", "  for (let node = 0; node < context.size; node++) context.send(node, {"]], fails: { [FIRST]: /sent 5 messages instead of one answer/, [OLDER]: /sent 5/, [ADOPTED]: /sent 5/, [ONCE]: /sent 5/, [AGAIN]: /sent 5/, [TERM]: /sent 5/, [LONGER]: /sent 5/, [VOTE_KEPT]: /sent 5/, [TIMER_CASE]: /sent 5/, [ONE_LEADER]: /node \d voted for \d at .* and for \d at/, [COMPLETE]: /behind those of nodes/ } },
  { bug: "keeps the vote in a variable of the module", changes: [["  const newer =", "  state.votedFor = vote;\n  const newer ="], ["  // </answer>\n}\n\n/** Whether", "  // </answer>\n  vote = state.votedFor;\n}\n\nlet vote: NodeId | null = null;\n\n/** Whether"]], fails: { [FIRST]: /./, [OLDER]: /./, [ONCE]: /./, [ONE_LEADER]: /both leaders/ } },
];
