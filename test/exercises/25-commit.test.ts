import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import type { HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { type Leader, logInWords, stage, wrongWith } from "./25-commit.rig.js";
import { lastMoments } from "./excerpt.js";
import { type Case, registerGrader } from "./grader.js";
import { runs } from "./handlerCases.js";
import { tellRaft } from "./raftStage.js";
import type { RunCall } from "./stage.js";

const trial = { stage, excerptOf: (verdict: Parameters<typeof lastMoments>[0]) => lastMoments(verdict, tellRaft) };

registerGrader({
  exercise: "25-commit",
  file: "commit.ts",
  exports: ["newCommitIndex"],
  rig: fileURLToPath(new URL("25-commit.rig.ts", import.meta.url)),
  limit: 20_000,
  notWritten: (replies) => {
    const missing = stillToDo(replies[0]!);
    return missing === undefined ? undefined : notWritten(`\`${missing}\``);
  },
  cases: [
    questions("what a majority holds is committed", 3, [
      leading({ log: [4, 4, 4, 4, 4], match: [5, 3, 4], expected: 4, why: "nodes 0 and 2 hold up to 4, and they are two of three" }),
      leading({ log: [4, 4, 4, 4, 4], match: [5, 2, 5, 1, 3], expected: 3, why: "nodes 0, 2 and 4 hold up to 3; only two hold more" }),
      leading({ self: 3, log: Array.from({ length: 12 }, () => 4), committed: 2, match: [10, 9, 2, 12, 11], expected: 10, why: "nodes 0, 3 and 4 hold up to 10" }),
      leading({ log: [4, 4], match: [2, 0, 0], expected: 0, why: "nobody but the leader holds anything yet" }),
    ]),
    questions("half of an even number is no majority", 2, [
      leading({ log: [4, 4, 4], match: [3, 3, 1, 2], expected: 2, why: "two of four nodes hold up to 3, and three up to 2" }),
      leading({ log: [4, 4, 4], match: [3, 2], expected: 2, why: "of two nodes a majority is both" }),
      leading({ log: [4, 4, 4, 4, 4, 4], match: [6, 6, 6, 1, 2, 3], expected: 3, why: "three of six nodes hold up to 6, and four up to 3" }),
    ]),
    questions("an entry of an older term is not committed by counting", 3, [
      leading({ log: [1, 2, 4], committed: 1, match: [3, 2, 2, 1, 1], expected: 1, why: "entry 2 is on three of five nodes and of term 2; a node that has another entry there, of term 3, can still be elected and replace it (Figure 8)" }),
      leading({ log: [1, 2], committed: 1, match: [2, 2, 2], expected: 1, why: "entry 2 is on all nodes and of term 2; as long as nothing of term 4 is on a majority, the leader cannot know whether it will stay" }),
      leading({ log: [1, 2, 4, 4], committed: 1, match: [4, 2, 1, 3, 2], expected: 1, why: "entry 2 is on four of five nodes and of term 2, entry 3, the first of term 4, on two only" }),
    ]),
    questions("an entry of its own term brings all before it along", 2, [
      leading({ log: [1, 2, 4], committed: 1, match: [3, 3, 3, 1, 1], expected: 3, why: "entry 3 is of term 4 and on three of five nodes, and whoever has it has all that is before it" }),
      leading({ log: [1, 2, 2, 4, 4], committed: 0, match: [5, 4, 1], expected: 4, why: "entry 4 is of term 4 and on two of three nodes" }),
    ]),
    questions("the commit index never falls", 1, [
      leading({ log: [4, 4, 4], committed: 3, match: [3, 0, 0], expected: 3, why: "a new leader does not know yet what the others hold, but it knows what is committed" }),
      leading({ log: [1, 1, 4], committed: 2, match: [3, 1, 0], expected: 2, why: "2 entries are committed already" }),
    ]),
    questions("the leader counts once, by what its disk holds", 3, [
      leading({ log: [4, 4, 4], match: [1, 3, 1], expected: 1, why: "the leader, node 0, has entries 2 and 3 in memory and not on its disk yet: after a crash only node 1 would have them" }),
      leading({ log: [4, 4, 4], match: [3, 3, 1, 1, 1], expected: 1, why: "the leader, node 0, and node 1 are two of five, not three" }),
      leading({ self: 2, log: [4, 4, 4], match: [1, 2, 3], expected: 2, why: "the leader, node 2, and node 1 are two of three; the leader's own disk counts like any other" }),
    ]),
    runs("what was committed stays, though an older entry comes back", 2, { ...trial, kind: "figure 8", count: 25, must: { "a majority has an entry of an older term that is not committed": "nobody ever refrained from committing an entry of an older term" } }),
    runs("leaders are cut off and come back", 2, { ...trial, kind: "divided", count: 15, must: { "ten entries committed": "hardly anything was committed" } }),
    runs("a node that is away holds nobody up", 2, { ...trial, kind: "away", count: 6 }),
  ],
});

interface Question {
  readonly leader: Leader;
  readonly expected: number;
  /** The end of a sentence. */
  readonly why: string;
}

/** A leader of term 4, node 0 unless said otherwise. */
function leading({ self = 0, log, committed = 0, match, expected, why }: { readonly self?: number; readonly log: readonly number[]; readonly committed?: number; readonly match: readonly number[]; readonly expected: number; readonly why: string }): Question {
  return { leader: { self, currentTerm: 4, commitIndex: committed, log: log.map((term) => ({ term })), matchIndex: match }, expected, why };
}

/** A case that is a list of questions; the first wrong answer is told. */
function questions(name: string, points: number, list: readonly Question[]): Case {
  return {
    name,
    points,
    requests: list.map(({ leader }) => ({ on: "rig", call: "ask", args: [leader] })),
    judge(replies) {
      for (const [index, { leader, expected, why }] of list.entries()) {
        const call = valueOf(replies[index]!) as HandlerCall;
        const about = `in term 4 with ${logInWords(leader)}, commitIndex ${leader.commitIndex} and matchIndex [${leader.matchIndex.join(", ")}]`;
        const { commitIndex } = call.state as Leader;
        if (call.failed === undefined && commitIndex === expected) continue;
        const unfit = wrongWith(call, leader);
        const wrong = unfit ?? `returned ${commitIndex}`;
        if (unfit === undefined && commitIndex < leader.commitIndex) return { message: `Your function ${wrong}, ${about}. That is below the commitIndex that it was given, and what is committed stays so. Expected ${expected}: ${expected === leader.commitIndex ? "nothing more is committed, so it stays as it was" : why}.` };
        return { message: `Your function ${wrong}, ${about}. Expected ${expected}: ${why}.` };
      }
      return undefined;
    },
  };
}

function valueOf(reply: Reply): unknown {
  if (!("value" in reply)) throw new Error("no record of a call");
  return reply.value;
}

/** Which function threw the skeleton's own error, if one did. */
function stillToDo(reply: Reply): string | undefined {
  if (!("value" in reply)) return undefined;
  const call = [reply.value].flat().at(-1) as HandlerCall | RunCall | undefined;
  return /^threw Error: (\w+) is still to do$/.exec(call?.failed ?? "")?.[1];
}
