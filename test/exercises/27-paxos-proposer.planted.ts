import type { Planted } from "./planted.js";

const OWN = "const ballot = round * size + self;";
const ABOVE = "nextBallot(Math.max(state.ballot, state.promised, state.heard), context.self, context.size);";
const FORGET = "  state.promises = [];\n  state.proposal";
const SAVE = "values in one.\n  persist(state, context);";
const WAIT = "  waitLonger(state, context);\n  toAll";
const COUNTS = 'if (state.phase !== "preparing" || ballot !== state.ballot) return;';
const ONCE = "if (state.promises.some((promise) => promise.from === from)) return;";
const ENOUGH = "if (state.promises.length < majority(context.size)) return;";
const NEWEST = "if (promise.accepted !== null && (newest === null || promise.accepted.ballot > newest.ballot)) newest = promise.accepted;";
const VALUE = "newest === null ? state.wanted! : newest.value;";
const ABOUT = 'if (ballot !== state.ballot || (state.phase !== "preparing" && state.phase !== "proposing")) return;';
const EMPTY = "  state.acceptedBy = [];\n";
const HEARD = "  state.heard = Math.max(state.heard, promised);\n";
const BACK = "overtaken by it.\n  waitLonger(state, context);";

// The cases.
const UNIQUE = "no two nodes ever use the same ballot";
const HIGH = "a new ballot is above all that stand in its way";
const ALL = "everybody is asked for a promise, the node itself too";
const AFRESH = "a new ballot begins without promises and acceptances";
const KEPT = "a ballot survives a crash";
const MAJORITY = "the promises of a majority are enough, and fewer are not";
const COUNTED_ONCE = "an acceptor counts once";
const OTHER_BALLOT = "a promise of another ballot does not count";
const VALUES = "what may have been chosen is proposed again";
const ONE_PROPOSAL = "a ballot has one proposal";
const REFUSED = "who is refused waits, and tries a higher ballot";
const PROMISES = "no promise of Paxos is broken, whatever fails";
const ONE_VALUE = "one value is chosen, whatever fails";
const AGREED = "when the faults end, all agree on a value";

/** Mistakes in Paxos' proposer; and one that is none. */
export const planted: readonly Planted[] = [
  { bug: "takes the next number, whoever else does", changes: [["return ballot > above ? ballot : ballot + size;", "return above + 1 + 0 * ballot;"]], fails: { [UNIQUE]: /nextBallot\(0, 1, 3\) returned 1, and so did nextBallot\(0, 0, 3\): two no/, [PROMISES]: /a proposal has the promises of a quorum/, [ONE_VALUE]: /a ballot has one value/ } },
  { bug: "shares the numbers out among three, however many there are", changes: [["Math.floor(above / size)", "Math.floor(above / 3)"], [OWN, "const ballot = round * 3 + self;"], ["ballot : ballot + size", "ballot : ballot + 3"]], fails: { [UNIQUE]: /nextBallot\(0, 3, 5\) returned 3, and so did nextBallot\(0, 0, 5\): two no/, [PROMISES]: /a proposal has the promises of a quorum/, [ONE_VALUE]: /a ballot has one value/ } },
  { bug: "looks only at its own last ballot", changes: [[ABOVE, "nextBallot(state.ballot, context.self, context.size);"]], fails: { [HIGH]: /began ballot 10, although as an acceptor it has promised ballot 11, and would have to refu/ } },
  { bug: "does not write its ballot to disk", changes: [[SAVE, "values in one."]], fails: { [KEPT]: /saved nothing, and after a crash it would not know that ballot is 10/ } },
  { bug: "keeps the promises of its last ballot", changes: [[FORGET, "  state.proposal"]], fails: { [AFRESH]: /has \[\{"from":0,"accepted":null\},\{"from":3,"accepted":\{"ballot":2,"value":"y"\}\}\] for state\./, [PROMISES]: /a chosen value stays chosen/ } },
  { bug: "counts promises of any ballot", changes: [[COUNTS, 'if (state.phase !== "preparing") return;']], fails: { [OTHER_BALLOT]: /sent Accept\(ballot 10, value x\)/, [PROMISES]: /a proposal has the promises of a quorum/ } },
  { bug: "counts a promise as often as it arrives", changes: [[ONCE, ""]], fails: { [COUNTED_ONCE]: /sent Accept\(ballot 10, value x\)/, [PROMISES]: /a proposal has the promises of a quorum/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "takes half for a majority", changes: [[ENOUGH, "if (state.promises.length < Math.floor(context.size / 2)) return;"]], fails: { [MAJORITY]: /sent Accept\(ballot 10, value x\)/, [PROMISES]: /a proposal has the promises of a quorum/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "waits for everybody", changes: [[ENOUGH, "if (state.promises.length < context.size) return;"]], fails: { [MAJORITY]: /sent nothing instead of Accept\(ballot 10, value x\)/, [COUNTED_ONCE]: /sent nothing instead of Accept\(ballot 10, value x\)/, [VALUES]: /sent nothing instead of Accept\(ballot 10, value y\)/, [ONE_PROPOSAL]: /sent nothing instead of Accept\(ballot 10, value x\)/ } },
  { bug: "proposes its own value whatever it was told", changes: [[VALUE, "newest === null ? state.wanted! : state.wanted!;"]], fails: { [VALUES]: /sent Accept\(ballot 10, value x\) instead of Accept\(ballot 10, value y\)/, [PROMISES]: /a chosen value stays chosen/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "takes the first value that it was told of", changes: [[NEWEST, "newest ??= promise.accepted;"]], fails: { [VALUES]: /sent Accept\(ballot 10, value z\) instead of Accept\(ballot 10, value y\)/, [PROMISES]: /a chosen value stays chosen/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "takes the value that most acceptors have", changes: [[NEWEST, "if (promise.accepted !== null) newest = votes(promise.accepted) > votes(newest) ? promise.accepted : newest;"], ["  let newest: Acceptance | null = null;", "  const votes = (one: Acceptance | null): number => state.promises.filter((promise) => one !== null && promise.accepted?.value === one.value).length;\n  let newest: Acceptance | null = null;"]], fails: { [VALUES]: /sent Accept\(ballot 10, value z\) instead of Accept\(ballot 10, value y\)/, [PROMISES]: /a chosen value stays chosen/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "proposes anew at every further promise", changes: [[COUNTS, 'if ((state.phase !== "preparing" && state.phase !== "proposing") || ballot !== state.ballot) return;']], fails: { [ONE_PROPOSAL]: /sent Accept\(ballot 10, value y\)/, [PROMISES]: /a ballot has one value/, [ONE_VALUE]: /a ballot has one value/ } },
  { bug: "keeps the acceptances of its last ballot", changes: [[EMPTY, ""]], fails: { [AFRESH]: /with acceptedBy \[1,2\]: that nodes 1 and 2 accepted what it proposed in ballot 5 does not count/ } },
  { bug: "counts its own acceptor before it has asked it", changes: [[EMPTY, EMPTY.replace("[]", "[context.self]")]], fails: { [AFRESH]: /with acceptedBy \[0\] instead of \[\].*its own acceptor neither/ } },
  { bug: "empties the list of acceptances where it begins the ballot", changes: [[EMPTY, ""], ["  state.promises = [];\n", `  state.promises = [];\n${EMPTY}`]], fails: {} },
  { bug: "counts promises for a ballot of before a crash", changes: [[COUNTS, 'if (state.phase === "proposing" || state.phase === "backing-off" || ballot !== state.ballot) return;']], fails: { [ONE_PROPOSAL]: /sent Accept\(ballot 10, .*its phase idle/, [PROMISES]: /only what a client has proposed is chosen/, [AGREED]: /when the faults end/ } },
  { bug: "backs off from a ballot of before a crash", changes: [[ABOUT, "if (ballot !== state.ballot) return;"]], fails: { [REFUSED]: /has backing-off for state\.phase instead of idle.*nothing to give up/, [PROMISES]: /only what a client has proposed is chosen/ } },
  { bug: "does not remember what it was refused for", changes: [[HEARD, ""], [ABOVE, "nextBallot(Math.max(state.ballot, state.heard), context.self, context.size);"]], fails: { [HIGH]: /began ballot 10, although as an acceptor it has promised ballot 11, and would have to refu/, [REFUSED]: /has 0 for state\.heard instead of 23/ } },
  { bug: "gives up for any refusal, however old", changes: [[ABOUT, ""]], fails: { [REFUSED]: /has backing-off for state\.phase instead of preparing/, [PROMISES]: /only what a client has proposed is chosen/, [AGREED]: /when the faults end/ } },
  { bug: "tries again at once when it is refused", changes: [[BACK, "overtaken by it.\n  prepare(state, context);"]], fails: { [REFUSED]: /has preparing for state\.phase instead of backing-off/ } },
  { bug: "never tries again", changes: [[BACK, "overtaken by it."], [WAIT, "  toAll"]], fails: { [ALL]: /does not wait for an answer, and will never try again if none comes/, [REFUSED]: /does not wait, and will never try again/, [AGREED]: /when the faults end/ } },
];
