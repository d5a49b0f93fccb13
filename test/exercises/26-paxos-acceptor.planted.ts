import type { Planted } from "./planted.js";

const LOW_PREPARE = "it must go next time.\n  if (ballot < state.promised) {";
const PROMISE = "  state.promised = ballot;\n  // Forgotten";
const SAVE_PROMISE = "worth nothing.\n  persist(state, context);";
const TOLD = '{ type: "Promise", ballot, accepted: state.accepted }';
const LOW_ACCEPT = "could come.\n  if (ballot < state.promised) {";
const RAISE = "come here.\n  state.promised = ballot;";
const ACCEPTED = "  state.accepted = { ballot, value };\n";
const SAY = 'context.send(from, { type: "Accepted", ballot });';
const SAVE_ACCEPTED = "{ ballot, value };\n  persist(state, context);";

// The cases.
const LOWER = "a lower ballot is refused, and told what stands in its way";
const AGAIN = "a proposer that asks again gets the same answer";
const TELLS = "a promise tells what was accepted last";
const ACCEPTS = "a proposal is accepted unless a higher ballot was promised";
const REFUSES = "a proposal of a lower ballot than promised is refused";
const RAISES = "to accept is to promise";
const PROMISE_KEPT = "a promise survives a crash";
const ACCEPTANCE_KEPT = "an acceptance survives a crash";
const PROMISES = "no promise of Paxos is broken, whatever fails";
const ONE_VALUE = "one value is chosen, whatever fails";
const AGREED = "when the faults end, all agree on a value";

/** Mistakes in Paxos' acceptor; and one that is none. */
export const planted: readonly Planted[] = [
  { bug: "answers before it writes", changes: [[`persist(state, context);\n  ${SAY}`, `${SAY}\n  persist(state, context);`]], fails: {} },
  { bug: "accepts without raising its promise", changes: [[RAISE, "come here."]], fails: { [RAISES]: /has 4 for state\.promised instead of 5/, [ACCEPTANCE_KEPT]: /saved 4 for promised instead of 5/, [PROMISES]: /a promise tells of the newest acceptance/ } },
  { bug: "does not save its promise", changes: [[SAVE_PROMISE, "worth nothing."]], fails: { [PROMISE_KEPT]: /saved nothing, and after a crash it would not know that promised is 8 and accepted is \{bal/, [PROMISES]: /At 41\.7 ms, on node 1, this ceases to be true: “ballots, promises and /, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "does not save what it accepted", changes: [[SAVE_ACCEPTED, "{ ballot, value };"]], fails: { [ACCEPTANCE_KEPT]: /saved nothing, and after a crash it would not know that accepted is \{ballot 5, value y\}/, [PROMISES]: /At 26\.9 ms, on node 2, this ceases to be true: “ballots, promises and / } },
  { bug: "saves before it notes the promise", changes: [[PROMISE, "  // Forgotten"], [SAVE_PROMISE, `${SAVE_PROMISE}\n  state.promised = ballot;`]], fails: { [PROMISE_KEPT]: /saved 4 for promised instead of 8/, [PROMISES]: /At 42\.3 ms, on node 1, this ceases to be true: “ballots, promises and /, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "promises a lower ballot, too", changes: [[LOW_PREPARE, "it must go next time.\n  if (false) {"]], fails: { [LOWER]: /answered Promise\(ballot 5, accepted null\) instead of Nack\(ballot 5, promised 7\)/, [PROMISES]: /an acceptor's promise never falls/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "never tells what it has accepted", changes: [[TOLD, '{ type: "Promise", ballot, accepted: null }']], fails: { [TELLS]: /answered Promise\(ballot 8, accepted null\) instead of Promise\(ballot 8, accepted \{ballot 4,/, [PROMISES]: /a promise tells of the newest acceptance/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "forgets what it accepted when it promises", changes: [[PROMISE, `  state.accepted = null;\n${PROMISE}`]], fails: { [TELLS]: /answered Promise\(ballot 8, accepted null\) instead of Promise\(ballot 8, accepted \{ballot 4,/, [PROMISE_KEPT]: /saved null for accepted instead of \{ballot 4, value x\}/, [PROMISES]: /a promise tells of the newest acceptance/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "refuses the ballot that it has promised", changes: [[LOW_ACCEPT, "could come.\n  if (ballot <= state.promised) {"]], fails: { [AGAIN]: /answered Nack\(ballot 5, promised 5\) instead of Accepted\(ballot 5\)/, [ACCEPTS]: /answered Nack\(ballot 5, promised 5\) instead of Accepted\(ballot 5\)/, [ACCEPTANCE_KEPT]: /refused \(Nack\), so that there is nothing that could survive a crash, although it was asked to accept y in ballot 5, which it had/, [AGREED]: /when the faults end/ } },
  { bug: "refuses a proposer that asks again", changes: [[LOW_PREPARE, "it must go next time.\n  if (ballot <= state.promised) {"]], fails: { [AGAIN]: /answered Nack\(ballot 5, promised 5\) instead of Promise\(ballot 5, accepted null\)/ } },
  { bug: "accepts only what it was asked to promise first", changes: [[LOW_ACCEPT, "could come.\n  if (ballot !== state.promised) {"]], fails: { [ACCEPTS]: /answered Nack\(ballot 5, promised 4\) instead of Accepted\(ballot 5\)/, [RAISES]: /has 4 for state\.promised instead of 5/, [ACCEPTANCE_KEPT]: /refused \(Nack\), so that there is nothing that could survive a crash, although it was asked to accept y in ballot 5, having/ } },
  { bug: "accepts whatever comes", changes: [[LOW_ACCEPT, "could come.\n  if (false) {"]], fails: { [REFUSES]: /answered Accepted\(ballot 5\) instead of Nack\(ballot 5, promised 7\)/, [PROMISES]: /a chosen value stays chosen/, [ONE_VALUE]: /a chosen value stays chosen/ } },
  { bug: "keeps the first value that it accepted", changes: [[ACCEPTED, "  state.accepted ??= { ballot, value };\n"]], fails: { [ACCEPTS]: /has \{ballot 4, value x\} for state\.accepted instead of \{ballot 5, value y\}/, [PROMISES]: /At 213\.2 ms, on node 1, this ceases to be true: “ballots, promises and/ } },
  { bug: "compares with the ballot of what it accepted instead of its promise", changes: [[LOW_ACCEPT, "could come.\n  if (ballot < (state.accepted?.ballot ?? 0)) {"]], fails: { [REFUSES]: /answered Accepted\(ballot 5\) instead of Nack\(ballot 5, promised 7\)/, [PROMISES]: /a chosen value stays chosen/, [ONE_VALUE]: /a chosen value stays chosen/ } },
];
