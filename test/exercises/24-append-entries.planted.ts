import type { Planted } from "./planted.js";

const CHECK = "if (termAt(state, prevLogIndex) !== prevLogTerm) {";
const KNOWN = "const known = entries.findIndex(({ term }, i) => termAt(state, prevLogIndex + 1 + i) !== term);";
const CUT = "      state.log.length = kept;\n      context.truncate(kept);\n";
const COMMIT = "state.commitIndex = Math.max(state.commitIndex, Math.min(leaderCommit, matchIndex));";
const REPLY = 'success: true, matchIndex });';
const SEND = '  context.send(from, { type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex });\n';
const TERM_AT = "return index === 0 ? 0 : state.log[index - 1]?.term;";

// The cases.
const FOLLOW = "entries that follow on are taken over";
const MATCH = "what comes before new entries must match";
const CONFLICT = "entries that conflict go, and all that follow them";
const FITS = "what fits stays, also beyond the message";
const DISK = "the disk holds what memory holds";
const COMMITTED = "what is committed is learnt, as far as the logs match";
const SAYS = "the reply says how far the logs match";
const DIVIDED = "leaders are cut off and come back";
const LATE = "messages are late, repeated and lost";
const CRASHES = "disks are slow, and nodes crash";

// What runs show.
const UNFOUNDED = /this ceases to be true|left state\.commitIndex at \d+ and a log of/;
const DIFFER = /all logs become one.*Logs still differ/;
const UNDONE = /keeps what it has acknowledged|cut state\.log to \d+ entr.*, and \d+ were committed/;
const DIVERGED = /where two logs have an entry of one index and term, they are the same up to there/;
const NOT_HELD = /says that it has 1 entry, its disk has 0/;
const BEYOND = /left state\.commitIndex at \d+ and a log of \d+ entr.*when node \d sent it/;
const FELL = /commit index never falls/;

/** Mistakes in the follower's half of Raft's log replication; and one that is none. */
export const planted: readonly Planted[] = [
  { bug: "answers before it writes", changes: [[KNOWN, `${SEND.replace("matchIndex }", "matchIndex: prevLogIndex + entries.length }")}  ${KNOWN}`], [SEND, ""]], fails: {} },
  { bug: "takes everything over without a check", changes: [[CHECK, "if (prevLogIndex > state.log.length) {"]], fails: { [MATCH]: /accepted what is to follow entry 3 of term 3, although its entry 3 is of term 2/, [COMMITTED]: /accepted what is to follow entry 3 of term 3, although the logs do not match/, [DIVIDED]: /this ceases to be true/ } },
  { bug: "lets a missing entry pass for one that matches", changes: [[CHECK, "if (state.log[prevLogIndex - 1] !== undefined && termAt(state, prevLogIndex) !== prevLogTerm) {"]], fails: { [MATCH]: /accepted what is to follow entry 5 of term 3, although its log ends with entry 3/, [DIVIDED]: UNFOUNDED, [LATE]: UNFOUNDED, [CRASHES]: UNFOUNDED } },
  { bug: "finds nothing before the first entry", changes: [[TERM_AT, "return state.log[index - 1]?.term;"]], fails: { [FOLLOW]: /refused the message, although its log is empty/, [DIVIDED]: DIFFER, [LATE]: DIFFER, [CRASHES]: DIFFER } },
  { bug: "cuts its log at every message with entries", changes: [[KNOWN, "const known = entries.length > 0 ? 0 : -1;"]], fails: { [FITS]: /entries of terms 1, 1 in its log.*an old one that came late/, [COMMITTED]: /cut state\.log to 2 entries, and 3 were committed/, [DIVIDED]: UNDONE, [LATE]: UNDONE, [CRASHES]: UNDONE } },
  { bug: "replaces a conflicting entry and keeps what follows", changes: [[CUT, "      const tail = state.log.slice(kept + added.length);\n      state.log.length = kept;\n      context.truncate(kept);\n      added.push(...tail);\n"]], fails: { [CONFLICT]: /entries of terms 1, 1, 3, 2, 2 in its log instead of 1, 1, 3/, [DIVIDED]: DIVERGED } },
  { bug: "appends what it has already", changes: [[KNOWN, "const known = entries.length > 0 ? 0 : -1;"], ["if (kept < state.log.length) {", "if (kept < state.log.length && termAt(state, kept + 1) !== added[0]!.term) {"]], fails: { [CONFLICT]: /in its log instead of 1, 1, 2, 4/, [FITS]: /in its log instead of 1, 1, 2, 2/, [DIVIDED]: DIVERGED, [LATE]: DIVERGED, [CRASHES]: DIVERGED } },
  { bug: "cuts its log in memory only", changes: [["      context.truncate(kept);\n", ""]], fails: { [DISK]: /entries of terms 1, 1, 3 in memory and entries of terms 1, 1, 2, 2, 2, 3 on disk/, [DIVIDED]: DIVERGED } },
  { bug: "adds entries in memory only", changes: [["    context.append(added);\n", ""]], fails: { [DISK]: /entries of terms 1, 1, 4, 4 in memory and entries of terms 1, 1 on disk/, [DIVIDED]: NOT_HELD, [LATE]: NOT_HELD, [CRASHES]: NOT_HELD } },
  { bug: "commits whatever the leader has committed", changes: [[COMMIT, "state.commitIndex = Math.max(state.commitIndex, leaderCommit);"]], fails: { [COMMITTED]: /left state\.commitIndex at 7 and a log of 3 entries/, [DIVIDED]: BEYOND, [LATE]: BEYOND, [CRASHES]: BEYOND } },
  { bug: "commits to the end of its log", changes: [[COMMIT, "state.commitIndex = Math.max(state.commitIndex, Math.min(leaderCommit, state.log.length));"]], fails: { [COMMITTED]: /has commitIndex 4 instead of 2.*may be another leader's/, [DIVIDED]: /what is committed at an index is committed there for ever/ } },
  { bug: "lets the commit index fall", changes: [[COMMIT, "state.commitIndex = Math.min(leaderCommit, matchIndex);"]], fails: { [COMMITTED]: /has commitIndex 1 instead of 3.*an old message that came late/, [DIVIDED]: FELL, [LATE]: FELL, [CRASHES]: FELL } },
  { bug: "lets the commit index fall where the leader has committed more", changes: [[COMMIT, "if (leaderCommit > state.commitIndex) state.commitIndex = Math.min(leaderCommit, matchIndex);"]], fails: { [COMMITTED]: /has commitIndex 1 instead of 3.*and the commit index never falls/, [DIVIDED]: FELL, [LATE]: FELL } },
  { bug: "cuts its log at every message", changes: [[KNOWN, "const known = 0;"]], fails: { [FITS]: /entries of terms 1, 1 in its log.*an old one that came late/, [COMMITTED]: /has commitIndex|cut state\.log to/, [DIVIDED]: UNDONE, [LATE]: UNDONE, [CRASHES]: UNDONE } },
  { bug: "commits what it has received", changes: [[COMMIT, "state.commitIndex = Math.max(state.commitIndex, matchIndex);"]], fails: { [COMMITTED]: /has commitIndex 3 instead of 2.*the leader has committed up to 2/, [DIVIDED]: /a leader's log has everything that was committed/ } },
  { bug: "says how long its log is", changes: [[REPLY, "success: true, matchIndex: state.log.length });"]], fails: { [SAYS]: /answered with matchIndex 5 instead of matchIndex 2/, [DIVIDED]: /keeps what it has acknowledged/ } },
  { bug: "refuses without a word", changes: [["    context.send(from, { type: \"AppendEntriesReply\", term: state.currentTerm, success: false, prevLogIndex, ...conflictAt(state, prevLogIndex) });\n", ""]], fails: { [MATCH]: /did not answer, although its entry 3 is of term 2/, [COMMITTED]: /did not answer/, [DIVIDED]: DIFFER, [LATE]: DIFFER, [CRASHES]: DIFFER } },
];
