import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import { inWords } from "../../lib/course/grading/exchange.js";
import type { HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Acceptance, SingleDecreeState } from "../../lib/replication/paxos/singleDecree.types.js";
import { stage } from "./27-paxos-proposer.rig.js";
import { type Case, registerGrader } from "./grader.js";
import { type Expectation, rules as rulesOf, type Rule as RuleOf, runs as runsOf } from "./handlerCases.js";
import { holds, saves, sentIn, type Situation, staysSilent, tells, unfit } from "./handlerExpectations.js";
import { CHOSEN, paxosExcerpt, paxosShape } from "./paxosDuels.js";

type Asked = Situation<SingleDecreeState>;
type Rule = RuleOf<Asked>;
const rules = (name: string, points: number, list: readonly Rule[]) => rulesOf(name, points, list, (call, { state, size }) => unfit(call, state, size, paxosShape));
const runs = (name: string, points: number, kind: string, count: number) => runsOf(name, points, { stage, kind, count, must: { [CHOSEN]: "no value was chosen" }, excerptOf: paxosExcerpt });

registerGrader({
  exercise: "27-paxos-proposer",
  file: "proposer.ts",
  exports: ["nextBallot", "prepare", "onPromise", "onNack"],
  rig: fileURLToPath(new URL("27-paxos-proposer.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`nextBallot`, `prepare`, `onPromise` and `onNack`") : undefined),
  cases: [
    ballotsDiffer("no two nodes ever use the same ballot", 3, [
      [3, 20],
      [5, 40],
      [4, 30],
      [1, 5],
    ]),
    rules("a new ballot is above all that stand in its way", 3, [
      prepare({ ballot: 5, says: "it has used ballot 5 itself", expect: [ballotAbove(5)] }),
      prepare({ ballot: 5, promised: 11, says: "as an acceptor it has promised ballot 11, and would have to refuse itself", expect: [ballotAbove(11)] }),
      prepare({ ballot: 5, promised: 5, heard: 23, phase: "backing-off", says: "its last ballot was refused because of ballot 23", expect: [ballotAbove(23)] }),
      prepare({ ballot: 40, promised: 7, heard: 23, says: "it has used ballot 40 itself, before a crash", expect: [ballotAbove(40)] }),
    ]),
    rules("everybody is asked for a promise, the node itself too", 2, [
      prepare({ says: "its client wants x", expect: [holds({ phase: "preparing" }), asksAll] }),
      prepare({ ballot: 5, promised: 5, phase: "proposing", proposal: "y", says: "nobody has answered for a while, and it tries again", expect: [holds({ phase: "preparing" }), asksAll] }),
    ]),
    rules("a new ballot begins without promises and acceptances", 2, [
      prepare({ ballot: 5, promised: 5, phase: "preparing", promises: [promise(0), promise(3, { ballot: 2, value: "y" })], says: "it had two promises, but they were for ballot 5", expect: [holds({ promises: [] })] }),
      wholeBallot({ ballot: 5, promised: 5, phase: "proposing", proposal: "y", acceptedBy: [1, 2], says: "it has begun a new ballot since, and nobody has been asked yet to accept what it proposes in that one, its own acceptor neither", expect: [beginsUnaccepted] }),
    ]),
    rules("a ballot survives a crash", 2, [prepare({ ballot: 5, promised: 5, says: "it begins a new ballot, and must not use it again after a crash", expect: [savesBallot] })]),
    rules("the promises of a majority are enough, and fewer are not", 3, [
      promised({ promises: [promise(0)], says: "only 2 of 5 have promised", expect: [staysSilent, holds({ phase: "preparing" })] }),
      promised({ promises: [promise(0), promise(3)], says: "with this one 3 of 5 have promised, and none of them had accepted anything", expect: [proposes("x")] }),
      promised({ size: 4, promises: [promise(0)], says: "only 2 of 4 have promised: half is not a majority", expect: [staysSilent] }),
    ]),
    rules("an acceptor counts once", 2, [
      promised({ from: 3, promises: [promise(0), promise(3)], says: "only nodes 0 and 3 have promised; that the promise of node 3 came twice does not matter", expect: [staysSilent, holds({ phase: "preparing" })] }),
      promised({ from: 4, promises: [promise(0), promise(3)], says: "nodes 0, 3 and 4 have promised, 3 of 5", expect: [proposes("x")] }),
    ]),
    rules("a promise of another ballot does not count", 2, [
      promised({ promises: [promise(0)], says: "the promise was for ballot 10, which is under way", expect: [holds({ promises: [promise(0), promise(1)] })] }),
      promised({ ballot: 5, promises: [promise(0), promise(3)], says: "the promise was for ballot 5, and now ballot 10 is under way, which 2 of 5 have promised", expect: [staysSilent, holds({ phase: "preparing" })] }),
      promised({ ballot: 5, accepted: { ballot: 4, value: "y" }, promises: [promise(0)], says: "the promise was for ballot 5, and now ballot 10 is under way", expect: [staysSilent, holds({ promises: [promise(0)] })] }),
    ]),
    rules("what may have been chosen is proposed again", 3, [
      promised({ accepted: { ballot: 4, value: "y" }, promises: [promise(0), promise(3)], says: "node 1 has accepted y in ballot 4", expect: [proposes("y")] }),
      promised({ accepted: { ballot: 3, value: "z" }, promises: [promise(0, { ballot: 7, value: "y" }), promise(3)], says: "node 0 has accepted y in ballot 7, and node 1 z in ballot 3, which is lower", expect: [proposes("y")] }),
      promised({ accepted: { ballot: 7, value: "y" }, promises: [promise(0, { ballot: 3, value: "z" }), promise(3, { ballot: 3, value: "z" })], says: "node 1 has accepted y in ballot 7; that two have accepted z in ballot 3 does not matter, who proposed y in ballot 7 had heard of all that could have been chosen", expect: [proposes("y")] }),
    ]),
    rules("a ballot has one proposal", 2, [
      promised({ promises: [promise(3), promise(4)], says: "with this one 3 of 5 have promised, and it has proposed nothing yet", expect: [proposes("x")] }),
      promised({ phase: "proposing", proposal: "x", promises: [promise(0), promise(3), promise(4)], accepted: { ballot: 4, value: "y" }, says: "it has proposed x in ballot 10 already, and a promise that comes now is too late", expect: [staysSilent, holds({ phase: "proposing", proposal: "x" })] }),
      promised({ phase: "backing-off", promises: [promise(0), promise(3)], says: "ballot 10 was refused, and it has given it up", expect: [staysSilent, holds({ phase: "backing-off" })] }),
      latePromises({ says: "it crashed in ballot 10 and came back with that number alone, its phase idle: it may have proposed in it before, and promises that come now are too late", expect: [staysSilent, holds({ phase: "idle" })] }),
    ]),
    rules("who is refused waits, and tries a higher ballot", 2, [
      refused({ by: 23, says: "ballot 10 was refused because of ballot 23", expect: [holds({ phase: "backing-off", heard: 23 }), staysSilent, waits] }),
      refused({ by: 13, heard: 23, phase: "proposing", proposal: "x", says: "ballot 10 was refused because of ballot 13, and it had heard of 23 before", expect: [holds({ phase: "backing-off", heard: 23 }), waits] }),
      refused({ ballot: 5, by: 8, says: "the refusal was for ballot 5, and now ballot 10 is under way", expect: [holds({ phase: "preparing", promises: [promise(0)] })] }),
      refused({ by: 23, phase: "idle", wanted: null, promises: [], says: "it crashed in ballot 10 and came back with that number alone, its phase idle: there is nothing to give up, and nothing to try again", expect: [holds({ phase: "idle" }), waitsForNothing] }),
    ]),
    runs("no promise of Paxos is broken, whatever fails", 2, "hostile", 60),
    runs("one value is chosen, whatever fails", 1, "chosen", 120),
    runs("when the faults end, all agree on a value", 1, "calm", 20),
  ],
});

function promise(from: number, accepted: Acceptance | null = null): SingleDecreeState["promises"][number] {
  return { from, accepted };
}

type Given = Partial<SingleDecreeState> & Omit<Rule, "situation">;

/** Node 0 of 5, whose client wants x. Which ballots are whose is the answer's own choice. */
function situation(call: string, size: number, args: readonly unknown[], given: Partial<SingleDecreeState>): Asked {
  const state: SingleDecreeState = { phase: "idle", ballot: 0, promised: 0, accepted: null, chosen: null, wanted: "x", heard: 0, failures: 0, promises: [], proposal: null, acceptedBy: [], informed: [], abstains: false, ...given };
  return { self: 0, size, state, call, args };
}

function prepare({ says, expect, ...given }: Given): Rule {
  return { situation: situation("prepare", 5, [], given), says, expect };
}

/** One of three nodes begins a ballot, and gets everybody's promise. */
function wholeBallot({ says, expect, ...given }: Given): Rule {
  return { situation: situation("wholeBallot", 3, [], given), says, expect };
}

/** Three promises of ballot 10 after a crash. */
function latePromises({ says, expect }: Pick<Given, "says" | "expect">): Rule {
  return { situation: situation("latePromises", 5, [], { ballot: 10, promised: 10, wanted: null }), says, expect };
}

/** Node 1, unless it is another, has promised ballot 10, which is under way, unless it is another that it has promised. */
function promised({ says, expect, from = 1, ballot = 10, size = 5, accepted = null, ...given }: Omit<Given, "accepted"> & { readonly from?: number; readonly size?: number; readonly accepted?: Acceptance | null }): Rule {
  return { situation: situation("onPromise", size, [from, ballot, accepted], { phase: "preparing", promised: 10, ...given, ballot: 10 }), says, expect };
}

/** A ballot was refused because of another; 10 is under way. */
function refused({ says, expect, ballot = 10, by, ...given }: Given & { readonly by: number }): Rule {
  return { situation: situation("onNack", 5, [ballot, by], { phase: "preparing", promised: 10, promises: [promise(0)], ...given, ballot: 10 }), says, expect };
}

const after = (call: HandlerCall): SingleDecreeState => call.state as SingleDecreeState;

function ballotAbove(least: number): Expectation<Asked> {
  return (call) => (after(call).ballot > least ? undefined : `began ballot ${after(call).ballot}`);
}

function asksAll(call: HandlerCall, situation: Asked): string | undefined {
  const { ballot } = after(call);
  const unasked = tells([0, 1, 2, 3, 4], { type: "Prepare", ballot })(call, situation);
  if (unasked !== undefined) return unasked;
  return call.effects.some(({ type }) => type === "setTimer") ? undefined : "does not wait for an answer, and will never try again if none comes";
}

function savesBallot(call: HandlerCall, situation: Asked): string | undefined {
  return saves({ ballot: after(call).ballot })(call, situation);
}

function proposes(value: string): Expectation<Asked> {
  return (call, situation) => tells(Array.from({ length: situation.size }, (_, node) => node), { type: "Accept", ballot: 10, value })(call, situation) ?? holds({ phase: "proposing", proposal: value })(call, situation);
}

function waits(call: HandlerCall): string | undefined {
  return call.effects.some(({ type }) => type === "setTimer") ? undefined : "does not wait, and will never try again";
}

function waitsForNothing(call: HandlerCall): string | undefined {
  return call.effects.some(({ type }) => type === "setTimer") ? "set its timer, and would begin a ballot with no value to propose" : undefined;
}

/** Where to empty the list is the answer's own choice, so long as it is empty when the proposal goes out. That it goes out is another case. */
function beginsUnaccepted(call: HandlerCall): string | undefined {
  const { phase, ballot, acceptedBy } = after(call);
  if (phase !== "proposing" || acceptedBy.length === 0) return undefined;
  const stale = acceptedBy.filter((node) => node === 1 || node === 2);
  return stale.length > 0 ? `proposes in ballot ${ballot} with acceptedBy ${JSON.stringify(acceptedBy)}: that nodes 1 and 2 accepted what it proposed in ballot 5 does not count` : `proposes in ballot ${ballot} with acceptedBy ${JSON.stringify(acceptedBy)} instead of []`;
}

/** Whether the ballots of all nodes of a cluster, each beginning above every number from 0 up to a last one, rise and differ. */
function ballotsDiffer(name: string, points: number, clusters: readonly (readonly [size: number, last: number])[]): Case {
  return {
    name,
    points,
    requests: clusters.map((args) => ({ on: "rig", call: "ballots", args })),
    judge(replies) {
      for (const [index, [size, last]] of clusters.entries()) {
        const message = clash((replies[index] as { value: Reply[][] }).value, size, last);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

function clash(chosen: readonly (readonly Reply[])[], size: number, last: number): string | undefined {
  const users = new Map<number, { readonly node: number; readonly above: number }>();
  for (let above = 0; above <= last; above++)
    for (let node = 0; node < size; node++) {
      const reply = chosen[node]![above]!;
      const call = `nextBallot(${above}, ${node}, ${size})`;
      if (!("value" in reply) || !Number.isInteger(reply.value)) return `${call} ${inWords(reply)}; expected a whole number.`;
      const ballot = reply.value as number;
      if (ballot <= above) return `${call} returned ${ballot}, which is not above ${above}.`;
      const other = users.get(ballot);
      if (other !== undefined && other.node !== node) return `${call} returned ${ballot}, and so did nextBallot(${other.above}, ${other.node}, ${size}): two nodes would use one ballot, and might propose two values in it.`;
      users.set(ballot, { node, above });
    }
  return undefined;
}

/** Whether an answer, in one situation or a whole run, was as the skeleton's: nothing sent, or not written. */
function isUnbegun(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  return ([reply.value].flat(2) as (HandlerCall & { readonly threw?: string })[]).every((call) => /still to do/.test(call.threw ?? call.failed ?? "") || (call.threw === undefined && call.failed === undefined && call.effects !== undefined && sentIn(call).length === 0));
}
