import { fileURLToPath } from "node:url";
import type { Operation } from "../../lib/check/history.js";
import { inWords, type Reply, type Request } from "../../lib/course/grading/exchange.js";
import { isNotWritten, notWritten } from "../../lib/course/grading/notWritten.js";
import { registerGrader, type Case, type Failure } from "./grader.js";
import { bars, byHand, history, inLine, judge, randomHistories, words } from "./J2-register.histories.js";
import type { Sent } from "./J2-register.rig.js";

registerGrader({
  exercise: "J2-register",
  file: "index.ts",
  exports: ["linearizable"],
  rig: fileURLToPath(new URL("J2-register.rig.ts", import.meta.url)),
  // Whoever tries every order of eight operations, and looks only then, must come through.
  limit: 60_000,
  cases: [
    ...(["A", "B", "C", "D", "E", "F"] as const).map((letter) => judgedByHand(letter, 2)),
    checks("one operation after the other", 3, "A read returns what was written last.", ["", "0 w1 0-1, 1 r1 2-3", "0 w1 0-1, 1 r2 2-3", "0 w1 0-1, 1 w2 2-3, 0 r2 4-5", "0 w1 0-1, 1 w2 2-3, 0 r1 4-5", "0 w1 0-1, 0 w2 2-3, 1 w1 4-5, 1 r1 6-7"]),
    checks("the register holds null at the start", 2, "Before the first write there is null to read, and after it only if somebody writes null.", ["0 r- 0-1", "0 r1 0-1", "0 r0 0-1", "0 r- 0-1, 1 w1 2-3", "0 w1 0-1, 1 w2 2-3, 0 r- 4-5", "0 w1 0-1, 1 w- 2-3, 0 r- 4-5"]),
    checks("operations that overlap may come in either order", 4, "Operations that overlap may come in either order.", ["0 w1 0-3, 1 r1 1-2", "0 w1 0-3, 1 r- 1-2", "0 r1 0-3, 1 w1 1-2", "0 r- 0-3, 1 w1 1-2", "0 w1 0-3, 1 r2 1-2", "0 w1 0-3, 1 r1 1-2, 1 r2 4-5", "0 w1 0-3, 1 w2 1-2, 1 r2 4-5", "0 w1 0-5, 1 r- 1-3, 2 r1 2-4"]),
    checks("no read is stale", 3, "What was answered before a read began has happened before it.", ["0 w1 0-1, 1 r- 2-3", "0 w1 0-1, 0 w2 2-3, 1 r1 4-5", "0 w1 0-1, 0 w2 2-5, 1 r1 3-4", "0 w1 0-2, 2 r- 1-5, 1 r- 3-4", "0 w1 0-2, 2 r- 1-5, 1 r1 3-4"]),
    checks("no read sees the future", 2, "What began after a read was answered has not happened before it.", ["0 r1 0-1, 1 w1 2-3", "0 r1 0-2, 1 w1 1-3", "0 r- 0-1, 1 w1 2-3, 0 r1 4-5", "0 w1 0-1, 1 r2 2-3, 0 w2 4-5"]),
    checks("new, then old", 3, "Once a read has returned the new value, no read that begins later returns the old one.", ["0 w1 0-5, 1 r1 1-2, 2 r- 3-4", "0 w1 0-5, 1 r- 1-2, 2 r1 3-4", "0 w1 0-5, 1 r1 1-3, 2 r- 2-4", "0 w1 0-1, 0 w2 2-7, 1 r2 3-4, 2 r1 5-6"]),
    checks("a write without an answer may have happened", 2, "A write without an answer may have taken effect, at any moment after it began.", ["0 w1 0-, 1 r1 1-2", "0 w1 0-, 1 r1 1-2, 1 r1 3-4", "0 w1 0-, 1 r- 1-2, 1 r1 3-4", "0 w1 0-, 1 w2 1-2, 1 r1 3-4", "1 r1 0-1, 0 w1 2-", "0 w1 0-, 1 r2 1-2"]),
    checks("a write without an answer may not have happened", 2, "A write without an answer need not have taken effect.", ["0 w1 0-, 1 r- 1-2", "0 w1 0-1, 0 w2 2-, 1 r1 3-4", "0 w1 0-1, 0 w2 2-, 1 r- 3-4", "0 w1 0-, 1 w2 1-2, 2 r2 3-4"]),
    checks("what was seen has happened, once", 2, "A write without an answer that was seen has happened, once and for good.", ["0 w1 0-, 1 r1 1-2, 1 r- 3-4", "0 w1 0-, 1 r1 1-4, 2 r- 2-3", "0 w1 0-1, 0 w2 2-, 1 r2 3-4, 1 r1 5-6", "0 w1 0-, 1 r1 1-2, 2 w2 3-4, 1 r1 5-6", "0 w1 0-, 2 w2 1-2, 1 r2 3-4, 1 r1 5-6"]),
    checks("a read without an answer says nothing", 1, "Nobody knows what a read without an answer returned.", ["0 w1 0-1, 1 r? 2-, 0 r1 3-4", "0 r? 0-", "0 r? 0-, 1 r1 1-2"]),
    checks("two writers", 2, "Of two writes that overlap either may be the last, but all must agree on which.", ["0 w1 0-3, 1 w2 1-2, 2 r1 4-5", "0 w1 0-3, 1 w2 1-2, 2 r2 4-5", "0 w1 0-3, 1 w2 1-2, 2 r1 4-5, 2 r2 6-7", "0 w1 0-3, 1 w2 1-2, 2 r1 4-6, 3 r2 5-7", "0 w1 0-5, 1 w2 1-6, 2 r1 2-3, 2 r2 4-7", "0 w1 0-1, 1 w2 2-7, 2 w1 3-6, 0 r2 4-5, 0 r1 8-9"]),
    verdictsOn("300 histories at random, half of them not linearizable", 2, "", randomHistories(300)),
  ],
});

/** One of the six histories in the README. */
function judgedByHand(letter: keyof typeof byHand, points: number): Case {
  return {
    name: `history ${letter}, by hand`,
    points,
    requests: [{ on: "rig", call: "judgements", args: [] }],
    judge([reply]) {
      const judged = (reply as { value: Record<string, unknown> }).value[letter];
      if (judged === undefined) return { message: notWritten(`\`${letter}\` in judgements.ts`) };
      if (typeof judged !== "boolean") return { message: `${letter} in judgements.ts is ${JSON.stringify(judged)}; expected true or false.` };
      const { operations, ask } = byHand[letter];
      return judged === (judge(operations).verdict === "linearizable") ? undefined : { message: `${judged ? "It is not linearizable." : "It is linearizable."} ${ask}` };
    },
  };
}

/** Hand-made histories on one theme, some of them linearizable and some not: who answers always the same earns nothing. */
function checks(name: string, points: number, rule: string, texts: readonly string[]): Case {
  const histories = texts.map(history);
  if (new Set(histories.map((one) => judge(one).verdict)).size !== 2) throw new Error(`"${name}" must have histories of both kinds`);
  return verdictsOn(name, points, rule, histories);
}

/** A case of many histories; of those that were judged wrongly the smallest is told. */
function verdictsOn(name: string, points: number, rule: string, histories: readonly (readonly Operation[])[]): Case {
  const request = (some: readonly (readonly Operation[])[]): Request => ({ on: "rig", call: "verdicts", args: [some.map(sent)] });
  const repliesOf = (reply: Reply): Reply[] => (reply as { value: Reply[] }).value;
  return {
    name,
    points,
    requests: [request(histories)],
    judge([reply]) {
      const replies = repliesOf(reply!);
      const wrong = histories.flatMap((operations, index) => {
        const failure = wrongVerdict(operations, replies[index]!, rule);
        return failure === undefined ? [] : [{ ...failure, seed: index + 1, size: operations.length }];
      });
      if (wrong.length === 0) return undefined;
      const { size: _, ...smallest } = wrong.reduce((least, one) => (one.size < least.size ? one : least));
      return isNotWritten(smallest.message) ? { message: smallest.message } : smallest;
    },
    withSeed(seed) {
      const operations = histories[seed - 1] ?? [];
      return {
        requests: [request([operations])],
        judge: ([reply]) => ({ transcript: bars(operations), message: "Your verdict on this history is right.", ...wrongVerdict(operations, repliesOf(reply!)[0]!, rule) }),
      };
    },
  };
}

function wrongVerdict(operations: readonly Operation[], reply: Reply, rule: string): Failure | undefined {
  const { verdict, order, witness } = judge(operations);
  const expected = verdict === "linearizable";
  if ("value" in reply && reply.value === expected) return undefined;
  const unwritten = "threw" in reply ? /^Error: (\w+) is still to do$/.exec(reply.threw)?.[1] : undefined;
  if (unwritten !== undefined) return { message: notWritten(`\`${unwritten}\``) };
  const why = expected ? (order!.length === 0 ? "nothing needs to have happened" : `this order will do: ${order!.map(named).join(", ")}`) : witness!.operations.length === operations.length ? "no order will do" : `no order will do for ${witness!.operations.map(named).join(", ")} alone`;
  const marks = expected ? { order: order!.map(({ id }) => id) } : { order: witness!.order, unplaced: witness!.unplaced, ...(witness!.blocked === undefined ? {} : { blocked: witness!.blocked }) };
  return { message: `linearizable ${inWords(reply)}, expected ${expected}, for ${inLine(operations)}. ${[rule, `Here ${why}.`].join(" ").trim()}`, history: { operations: sent(operations), ...marks } };
}

function sent(operations: readonly Operation[]): Sent[] {
  return operations.map((one) => ({ ...one, returned: one.returned === Infinity ? null : one.returned }));
}

const named = (one: Operation): string => `${words(one)} (process ${one.process})`;
