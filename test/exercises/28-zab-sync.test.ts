import { fileURLToPath } from "node:url";
import { inWords, type Reply, type Request } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Sync } from "../../lib/replication/zab/chooseSync.js";
import type { SyncMessage, Zab, ZabMessage } from "../../lib/replication/zab/types.js";
import { precedes, showZxid } from "../../lib/replication/zab/zxid.js";
import { describe, lastOf, logOf, type Pair, pair, tooDear, wrongOutcome, zxid } from "./28-zab-sync.histories.js";
import { BROUGHT_UP, stage, wrongSync } from "./28-zab-sync.rig.js";
import { excerptOf, type Teller } from "./excerpt.js";
import { type Case, registerGrader } from "./grader.js";
import { runs as runsOf } from "./handlerCases.js";
import { judgeStage, type StageVerdict, transcriptOf } from "./judgeStage.js";
import { lastMessages } from "./lastMessages.js";
import type { RunCall } from "./stage.js";

const excerpt = (verdict: StageVerdict<Zab>) => lastMessages(verdict, words, { most: 36, longest: 1500 });
const runs = (name: string, points: number, kind: string, count: number) => runsOf(name, points, { stage, kind, count, must: { [BROUGHT_UP]: "nobody was brought up" }, excerptOf: excerpt });

/** A budget in bytes, and in which runs it must be kept. Three transactions are about 700 bytes; all 33 are more than 7,000. */
const budget = 2000;
const seeds = [1, 2];

/** A follower that is behind, and has nothing of its own. */
const behind = [pair("1.1 1.2 1.3", "1.1"), pair("1.1 1.2 1.3", ""), pair("1.1 1.2 2.1 2.2", "1.1 1.2"), pair("1.1 1.2 1.3 1.4 2.1 4.1", "1.1 1.2 1.3"), pair("1.1 1.2 | 2.1 2.2 2.3", "1.1 1.2 2.1")];
const equal = [pair("1.1 1.2 1.3", "1.1 1.2 1.3"), pair("", ""), pair("1.1 1.2 | 2.1", "1.1 1.2 2.1"), pair("1.1 1.2 |", "1.1 1.2")];
/** A follower with transactions that its leader does not have. */
const stale = [
  pair("1.1 1.2", "1.1 1.2 1.3"),
  pair("1.1 1.2 2.1", "1.1 1.2 1.3 1.4"),
  pair("1.1 1.2 3.1", "1.1 1.2 2.1"),
  pair("1.1 | 1.2 3.1 3.2", "1.1 1.2 1.3"),
];
const staleAndHigher = [pair("1.1 1.2", "1.1 1.2 2.1"), pair("1.1 1.2 1.3", "1.1 1.2 1.3 2.1 2.2"), pair("1.1 1.2 |", "1.1 1.2 1.3")];
const staleFromTheStart = [pair("2.1 2.2", "1.1"), pair("2.1", "1.1 1.2"), pair("", "1.1"), pair("1.1 1.2 | 3.1", "1.1 1.2 2.1 2.2")];
const tooFar = [pair("1.1 1.2 1.3 | 1.4", "1.1"), pair("1.1 1.2 1.3 | 2.1 2.2", "1.1 1.2"), pair("1.1 1.2 2.1 |", ""), pair("1.1 1.2 3.1 3.2 | 3.3", "1.1 1.2 2.1 2.2 2.3")];
const onBase = [pair("1.1 1.2 1.3 | 1.4 1.5", "1.1 1.2 1.3"), pair("1.1 1.2 1.3 | 2.1", "1.1 1.2 1.3")];

registerGrader({
  exercise: "28-zab-sync",
  file: "sync.ts",
  exports: ["precedes", "chooseSync"],
  rig: fileURLToPath(new URL("28-zab-sync.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`precedes` and `chooseSync`") : undefined),
  cases: [
    comesFirst("which transaction comes first", 3, [
      ["1.1", "1.2", true],
      ["1.2", "1.1", false],
      ["1.2", "1.2", false],
      ["1.9", "2.1", true],
      ["2.1", "1.9", false],
      ["1.10", "1.9", false],
      ["9.1", "10.1", true],
      ["0.0", "1.1", true],
    ]),
    outcomes("who is behind gets all that it lacks, once", 4, behind),
    outcomes("who has everything keeps it", 2, [...equal, pair("1.1 1.2", "1.1")]),
    outcomes("what the leader never had is dropped, and nothing else", 3, stale),
    outcomes("a follower may end on a higher zxid than its leader", 2, staleAndHigher),
    outcomes("a follower may have nothing in common with the leader's log", 1, staleFromTheStart),
    outcomes("who is too far behind gets a snapshot", 2, tooFar),
    runs("no promise of Zab is broken when followers come back", 2, "comes back", 60),
    runs("clients see one history, and all end on the same", 2, "elected", 10),
    cheap("nothing is sent that need not be", 2, [...behind, ...equal, ...stale, ...staleAndHigher, ...staleFromTheStart, ...onBase]),
    withinBudget("a follower that was away briefly comes back cheaply", 2),
  ],
});

/** Whether one transaction comes before another. */
function comesFirst(name: string, points: number, list: readonly (readonly [a: string, b: string, expected: boolean])[]): Case {
  return {
    name,
    points,
    requests: list.map(([a, b]) => ({ on: "answer", call: "precedes", args: [zxid(a), zxid(b)] })),
    judge(replies) {
      const wrong = list.findIndex(([, , expected], index) => !("value" in replies[index]!) || replies[index].value !== expected);
      if (wrong < 0) return undefined;
      const [a, b, expected] = list[wrong]!;
      return { message: `precedes ${inWords(replies[wrong]!)} for ${a} and ${b}, expected ${expected}: ${a === b ? "they are the same, and neither comes first" : a.split(".")[0] === b.split(".")[0] ? "in one epoch the counters count" : "the epochs count first, whatever the counters say"}.` };
    },
  };
}

/** A case of single choices; `look` says what is wrong with one, after a sentence about the two histories. */
function choices(name: string, points: number, list: readonly Pair[], look: (sync: Sync, situation: Pair) => string | undefined): Case {
  return {
    name,
    points,
    requests: list.map((one): Request => ({ on: "answer", call: "chooseSync", args: [{ base: one.base, log: logOf(one) }, lastOf(one)] })),
    judge(replies) {
      for (const [index, one] of list.entries()) {
        const reply = replies[index]!;
        const wrong = "value" in reply ? wrongSync(reply.value) : inWords(reply);
        if (wrong !== undefined) return { message: `${describe(one)}: your \`chooseSync\` ${wrong}.` };
        const fault = look((reply as { value: Sync }).value, one);
        if (fault !== undefined) return { message: `${describe(one)}: ${fault}.` };
      }
      return undefined;
    },
  };
}

/** A snapshot always helps: it is taken only for a follower that ends before the log begins. One that ends right there is the business of what is cheap. */
function outcomes(name: string, points: number, list: readonly Pair[]): Case {
  return choices(name, points, list, (sync, pair) => (sync.kind === "SNAP" && precedes(pair.base, lastOf(pair)) ? tooDear(sync, pair) : wrongOutcome(sync, pair)));
}

/** Only what is right can be dear. */
function cheap(name: string, points: number, list: readonly Pair[]): Case {
  const one = choices(name, points, list, (sync, pair) => (wrongOutcome(sync, pair) === undefined ? tooDear(sync, pair) : undefined));
  return {
    ...one,
    judge(replies) {
      const failure = one.judge(replies);
      if (failure !== undefined || list.some((pair, index) => wrongOutcome((replies[index] as { value: Sync }).value, pair) === undefined)) return failure;
      return { message: "None of your choices is right, so what they cost says nothing." };
    },
  };
}

/** A budget of bytes for what brings a follower up that has missed three transactions of 33. */
function withinBudget(name: string, points: number): Case {
  const request = (seed: number): Request => ({ on: "rig", call: "run", args: ["returns", seed] });
  const judged = (reply: Reply, seed: number) => {
    const verdict = judgeStage(stage, (reply as { value: RunCall[] }).value, "returns", seed, true);
    const sent = [...verdict.cluster.trace!].flatMap((event) => (event.kind === "send" && event.time > 1200 && isSync(event.message as ZabMessage) ? [event.message as SyncMessage] : []));
    const bytes = sent.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
    const dear = sent.length === 0 ? "nobody brought it up again" : bytes > budget ? `to bring it up took ${bytes} bytes, ${sent.map(({ type }) => type.toUpperCase()).join(", ")}; expected at most ${budget}, for it had 30 transactions and lacked 3: right, perhaps, but dear` : undefined;
    return { verdict, message: verdict.message ?? (dear && `A follower was away while three requests were carried out; ${dear}.`) };
  };
  return {
    name,
    points,
    requests: seeds.map(request),
    judge(replies) {
      for (const [index, seed] of seeds.entries()) {
        const { verdict, message } = judged(replies[index]!, seed);
        if (message === undefined) continue;
        return { message, seed, run: { ...excerptOf(verdict.cluster.trace!, { ...theReturn, tell }), events: verdict.cluster.events } };
      }
      return undefined;
    },
    withSeed: (seed) => ({
      requests: [request(seed)],
      judge([reply]) {
        const { verdict, message = "Nothing went wrong in this run." } = judged(reply!, seed);
        return { message, transcript: transcriptOf(verdict), seed };
      },
    }),
  };
}

/** When the follower is back and brought up, in ms: see the rig. */
const theReturn = { from: 1240, to: 1380 };
const tell: Teller = (message) => {
  const label = words(message);
  return label === undefined ? undefined : { type: (message as ZabMessage).type, label };
};

const isSync = ({ type }: ZabMessage): boolean => type === "Diff" || type === "Trunc" || type === "Snap";

/** A message of Zab in a few words, if it has to do with histories. */
function words(sent: unknown): string | undefined {
  const message = sent as ZabMessage;
  switch (message.type) {
    case "AckEpoch":
      return `I end on ${showZxid(message.last)}`;
    case "Diff":
      return `DIFF ${message.transactions.map(({ zxid }) => showZxid(zxid)).join(" ")}`.trimEnd();
    case "Trunc":
      return `TRUNC to ${showZxid(message.to)} ${message.transactions.map(({ zxid }) => showZxid(zxid)).join(" ")}`.trimEnd();
    case "Snap":
      return "SNAP";
    case "NewLeader":
      return `all to ${showZxid(message.last)}?`;
    case "AckNewLeader":
      return `all to ${showZxid(message.last)}`;
    case "Propose":
      return showZxid(message.transaction.zxid);
    case "Commit":
      return `commit ${showZxid(message.zxid)}`;
    default:
      return undefined;
  }
}

/** Whether an answer, to one question or in a whole run, was only that it is still to do. */
function isUnbegun(reply: Reply): boolean {
  if ("threw" in reply) return /still to do/.test(reply.threw);
  return "value" in reply && Array.isArray(reply.value) && (reply.value as RunCall[]).every(({ failed }) => /still to do/.test(failed ?? ""));
}
