import { fileURLToPath } from "node:url";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Reply } from "../../lib/course/grading/exchange.js";
import type { Acceptance, SingleDecreeState } from "../../lib/replication/paxos/singleDecree.types.js";
import type { HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { stage } from "./26-paxos-acceptor.rig.js";
import { registerGrader } from "./grader.js";
import { type Expectation, rules as rulesOf, type Rule as RuleOf, runs as runsOf } from "./handlerCases.js";
import { answers, holds, saves, sentIn, type Situation, unfit } from "./handlerExpectations.js";
import { CHOSEN, paxosExcerpt, paxosShape } from "./paxosDuels.js";

type Asked = Situation<SingleDecreeState>;
type Rule = RuleOf<Asked>;
const rules = (name: string, points: number, list: readonly Rule[]) => rulesOf(name, points, list, (call, { state, size }) => unfit(call, state, size, paxosShape));
const runs = (name: string, points: number, kind: string, count: number) => runsOf(name, points, { stage, kind, count, must: { [CHOSEN]: "no value was chosen" }, excerptOf: paxosExcerpt });

registerGrader({
  exercise: "26-paxos-acceptor",
  file: "acceptor.ts",
  exports: ["onPrepare", "onAccept"],
  rig: fileURLToPath(new URL("26-paxos-acceptor.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isSilentReply) ? notWritten("`onPrepare` and `onAccept` send no reply") : undefined),
  cases: [
    rules("a higher ballot is promised", 2, [
      prepare({ ballot: 5, says: "it had promised nothing before, and was asked for ballot 5", expect: [promises(5, null), holds({ promised: 5 })] }),
      prepare({ ballot: 8, promised: 4, says: "it had promised ballot 4, and was asked for ballot 8", expect: [promises(8, null), holds({ promised: 8 })] }),
    ]),
    rules("a lower ballot is refused, and told what stands in its way", 2, [
      prepare({ ballot: 5, promised: 7, says: "it had promised ballot 7, and was asked for ballot 5", expect: [refuses(5, 7), holds({ promised: 7 })] }),
      prepare({ ballot: 2, promised: 4, accepted: { ballot: 4, value: "x" }, says: "it had accepted x in ballot 4, and was asked for ballot 2", expect: [refuses(2, 4), holds({ promised: 4, accepted: { ballot: 4, value: "x" } })] }),
    ]),
    rules("a proposer that asks again gets the same answer", 1, [
      prepare({ ballot: 5, promised: 5, says: "it had promised ballot 5 already; its first answer may have been lost", expect: [promises(5, null), holds({ promised: 5 })] }),
      accept({ ballot: 5, promised: 5, accepted: { ballot: 5, value: "y" }, says: "it had accepted y in ballot 5 already; its first answer may have been lost", expect: [accepts(5), holds({ promised: 5, accepted: { ballot: 5, value: "y" } })] }),
    ]),
    rules("a promise tells what was accepted last", 3, [
      prepare({ ballot: 8, promised: 4, accepted: { ballot: 4, value: "x" }, says: "it had accepted x in ballot 4, and was asked for ballot 8", expect: [promises(8, { ballot: 4, value: "x" }), holds({ accepted: { ballot: 4, value: "x" } })] }),
      prepare({ ballot: 8, promised: 7, accepted: { ballot: 1, value: "z" }, says: "it had accepted z in ballot 1 and promised ballot 7 since, and was asked for ballot 8", expect: [promises(8, { ballot: 1, value: "z" })] }),
    ]),
    rules("a proposal is accepted unless a higher ballot was promised", 3, [
      accept({ ballot: 5, promised: 5, says: "it had promised this very ballot, 5", expect: [accepts(5), holds({ accepted: { ballot: 5, value: "y" } })] }),
      accept({ ballot: 5, promised: 4, says: "it had promised ballot 4 and never heard of ballot 5 before", expect: [accepts(5), holds({ accepted: { ballot: 5, value: "y" } })] }),
      accept({ ballot: 5, promised: 5, accepted: { ballot: 4, value: "x" }, says: "it had accepted x in ballot 4 and promised ballot 5 since: who proposes in ballot 5 has heard of x, or has no need to", expect: [accepts(5), holds({ accepted: { ballot: 5, value: "y" } })] }),
    ]),
    rules("a proposal of a lower ballot than promised is refused", 2, [
      accept({ ballot: 5, promised: 7, says: "it had promised ballot 7, and was asked to accept in ballot 5", expect: [refuses(5, 7), holds({ promised: 7, accepted: null })] }),
      accept({ ballot: 2, promised: 7, accepted: { ballot: 4, value: "x" }, says: "it had accepted x in ballot 4 and promised ballot 7, and was asked to accept in ballot 2", expect: [refuses(2, 7), holds({ accepted: { ballot: 4, value: "x" } })] }),
    ]),
    rules("to accept is to promise", 2, [
      accept({ ballot: 5, promised: 4, says: "it has accepted in ballot 5, and nothing may be accepted in a lower one any more", expect: [holds({ promised: 5 })] }),
      accept({ ballot: 2, promised: 0, says: "it has accepted in ballot 2 without having been asked for a promise", expect: [holds({ promised: 2 })] }),
    ]),
    rules("a promise survives a crash", 2, [prepare({ ballot: 8, promised: 4, accepted: { ballot: 4, value: "x" }, says: "it was asked for a promise in ballot 8, having promised ballot 4", expect: [notRefused, saves({ promised: 8, accepted: { ballot: 4, value: "x" } })] })]),
    rules("an acceptance survives a crash", 2, [
      accept({ ballot: 5, promised: 5, says: "it was asked to accept y in ballot 5, which it had promised", expect: [notRefused, saves({ accepted: { ballot: 5, value: "y" } })] }),
      accept({ ballot: 5, promised: 4, says: "it was asked to accept y in ballot 5, having promised ballot 4: to accept is to promise", expect: [notRefused, saves({ promised: 5, accepted: { ballot: 5, value: "y" } })] }),
    ]),
    runs("no promise of Paxos is broken, whatever fails", 2, "hostile", 60),
    runs("one value is chosen, whatever fails", 2, "chosen", 120),
    runs("when the faults end, all agree on a value", 2, "calm", 20),
  ],
});

/** Node 0 of 3 hears node 2, whose ballots are 2, 5, 8 and so on; node 1 has 1, 4, 7. */
function situation(call: string, ballot: number, more: readonly unknown[], { promised = 0, accepted = null }: Partial<Pick<SingleDecreeState, "promised" | "accepted">>): Asked {
  const state: SingleDecreeState = { phase: "idle", ballot: 3, promised, accepted, chosen: null, wanted: null, heard: 0, failures: 0, promises: [], proposal: null, acceptedBy: [], informed: [], abstains: false };
  return { self: 0, size: 3, state, call, args: [2, ballot, ...more] };
}

interface Given extends Partial<Pick<SingleDecreeState, "promised" | "accepted">>, Omit<Rule, "situation"> {
  readonly ballot: number;
}

function prepare({ ballot, says, expect, ...state }: Given): Rule {
  return { situation: situation("onPrepare", ballot, [], state), says, expect };
}

/** The value is always y. */
function accept({ ballot, says, expect, ...state }: Given): Rule {
  return { situation: situation("onAccept", ballot, ["y"], state), says, expect };
}

function promises(ballot: number, accepted: Acceptance | null): Expectation<Asked> {
  return answers(2, { type: "Promise", ballot, accepted });
}

function refuses(ballot: number, promised: number): Expectation<Asked> {
  return answers(2, { type: "Nack", ballot, promised });
}

function accepts(ballot: number): Expectation<Asked> {
  return answers(2, { type: "Accepted", ballot });
}

/** Who refuses has nothing to write: that it should not have refused is another case. */
function notRefused(call: HandlerCall): string | undefined {
  return sentIn(call).some(({ message }) => (message as { readonly type?: unknown }).type === "Nack") ? "refused (Nack), so that there is nothing that could survive a crash" : undefined;
}

/** Whether an answer, in one situation or a whole run, did nothing wrong, but did not answer either: as the skeleton. */
function isSilentReply(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  return ([reply.value].flat() as HandlerCall[]).every((call) => call.failed === undefined && sentIn(call).length === 0);
}
