import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import type { Effect, HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { LEADER, stage, type Append, type Follower, type Situation, wrongWith } from "./24-append-entries.rig.js";
import { lastMoments } from "./excerpt.js";
import { registerGrader } from "./grader.js";
import { type Expectation, type Rule, rules, runs } from "./handlerCases.js";
import { tellRaft } from "./raftStage.js";
import type { RunCall } from "./stage.js";

const unfit = (call: HandlerCall, { state }: Situation): string | undefined => wrongWith(call, state, 3);
const cases = (name: string, points: number, list: readonly Rule<Situation>[]) => rules(name, points, list, unfit);
const trial = { stage, excerptOf: (verdict: Parameters<typeof lastMoments>[0]) => lastMoments(verdict, tellRaft) };

registerGrader({
  exercise: "24-append-entries",
  file: "follower.ts",
  exports: ["onAppendEntries"],
  rig: fileURLToPath(new URL("24-append-entries.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isSilent) ? notWritten("`onAppendEntries` sends no reply") : undefined),
  cases: [
    cases("entries that follow on are taken over", 2, [
      asked({ log: [1, 1, 2], prev: [3, 2], entries: [4], says: "the new entry follows entry 3 of term 2, which both logs have", expect: [accepts, hasLog(1, 1, 2, 4)] }),
      asked({ log: [], prev: [0, 0], entries: [1, 4], says: "its log is empty, and the entries are the first ones of the leader's: the beginning, before index 1, is the same in all logs", expect: [accepts, hasLog(1, 4)] }),
    ]),
    cases("what comes before new entries must match", 3, [
      asked({ log: [1, 1, 2], prev: [3, 3], entries: [4], says: "its entry 3 is of term 2, and the leader's of term 3", expect: [refuses, hasLog(1, 1, 2)] }),
      asked({ log: [1, 1, 2], prev: [5, 3], entries: [4], says: "its log ends with entry 3, and the new one is to follow entry 5", expect: [refuses, hasLog(1, 1, 2)] }),
      asked({ log: [1, 2, 2, 2], prev: [1, 1], entries: [], says: "both logs have an entry 1 of term 1, and this is what is to match; that its own later entries are of another term does not matter", expect: [accepts] }),
      asked({ log: [], prev: [1, 1], entries: [], says: "its log is empty, and the leader speaks of what follows entry 1", expect: [refuses, hasLog()] }),
    ]),
    cases("entries that conflict go, and all that follow them", 3, [
      asked({ log: [1, 1, 2, 2, 2], prev: [2, 1], entries: [3], says: "its entry 3 is of term 2 and the leader's of term 3, so nothing from there on is the leader's", expect: [accepts, hasLog(1, 1, 3)] }),
      asked({ log: [1, 1, 2, 2, 2], prev: [1, 1], entries: [1, 2, 4], says: "entries 2 and 3 fit, and 4 does not: it is of term 2, and the leader's of term 4", expect: [accepts, hasLog(1, 1, 2, 4)] }),
    ]),
    cases("what fits stays, also beyond the message", 3, [
      asked({ log: [1, 1, 2, 2], prev: [1, 1], entries: [1], says: "the message is an old one that came late: it says nothing against entries 3 and 4, which this node may have acknowledged", expect: [accepts, hasLog(1, 1, 2, 2)] }),
      asked({ log: [1, 1, 2, 2], prev: [2, 1], entries: [], says: "a message without entries conflicts with nothing: a heartbeat that stops at entry 2 says nothing against entries 3 and 4", expect: [accepts, hasLog(1, 1, 2, 2)] }),
      asked({ log: [1, 1, 2], prev: [1, 1], entries: [1, 2, 4], says: "it had entries 2 and 3 already, and only 4 was new", expect: [accepts, hasLog(1, 1, 2, 4)] }),
    ]),
    cases("the disk holds what memory holds", 2, [
      asked({ log: [1, 1], prev: [2, 1], entries: [4, 4], says: "it has taken two entries over, and will look for them after a crash", expect: [onDisk] }),
      asked({ log: [1, 1, 2, 2, 2], prev: [2, 1], entries: [3], says: "it has replaced entries 3 to 5 by one of term 3", expect: [onDisk] }),
      asked({ log: [1, 1, 2], prev: [1, 1], entries: [1, 2, 4], says: "of the three entries of the message only the last one is new", expect: [onDisk] }),
    ]),
    cases("what is committed is learnt, as far as the logs match", 3, [
      asked({ log: [1, 1, 2], committed: 1, prev: [3, 2], leaderCommit: 2, says: "the leader has committed up to 2, and the logs match up to 3", expect: [accepts, commits(2)] }),
      asked({ log: [1, 1], committed: 1, prev: [2, 1], entries: [4, 4], leaderCommit: 4, says: "the leader has committed up to 4, and with the new entries the logs match up to 4", expect: [accepts, commits(4)] }),
      asked({ log: [1, 1], committed: 1, prev: [2, 1], entries: [4], leaderCommit: 7, says: "the leader has committed up to 7, and this log goes only to 3", expect: [accepts, commits(3)] }),
      asked({ log: [1, 1, 2, 2], committed: 1, prev: [2, 1], leaderCommit: 4, says: "the leader has committed up to 4, and this log has four entries; but the logs are known to match only up to 2, and what follows there may be another leader's", expect: [accepts, commits(2)] }),
      asked({ log: [1, 1, 2, 2], committed: 3, prev: [1, 1], entries: [1], leaderCommit: 1, says: "an old message that came late knows of less than this node, and nothing that is committed is ever not so again", expect: [accepts, commits(3)] }),
      asked({ log: [1, 1, 2, 2], committed: 3, prev: [1, 1], leaderCommit: 4, says: "the leader has committed up to 4, and this heartbeat shows that the logs match up to 1; but this node had learnt before that 3 entries are committed, and the commit index never falls", expect: [accepts, commits(3)] }),
      asked({ log: [1, 1, 2], committed: 1, prev: [3, 3], leaderCommit: 3, says: "the logs do not match at 3, so what the leader has committed is of no use here yet", expect: [refuses, commits(1)] }),
    ]),
    cases("the reply says how far the logs match", 2, [
      asked({ log: [1, 1, 2, 2, 2], prev: [2, 1], entries: [], says: "the message shows that the logs match up to 2, and says nothing of the three entries that follow", expect: [says(2)] }),
      asked({ log: [1, 1, 2, 2, 2], prev: [1, 1], entries: [1], says: "the message shows that the logs match up to 2", expect: [says(2)] }),
      asked({ log: [1, 1], prev: [2, 1], entries: [4, 4], says: "the message shows that the logs match up to 4", expect: [says(4)] }),
    ]),
    runs("leaders are cut off and come back", 3, { ...trial, kind: "divided", count: 15, must: { "a follower's entries replaced by another leader's": "no follower ever had to give entries up" } }),
    runs("messages are late, repeated and lost", 2, { ...trial, kind: "late", count: 12, must: { "ten entries committed": "hardly anything was committed" } }),
    runs("disks are slow, and nodes crash", 2, { ...trial, kind: "crashing", count: 15, must: { "ten entries committed": "hardly anything was committed" } }),
  ],
});

/** Whether an answer, in one situation or a whole run, did nothing wrong, but did not answer either: as the skeleton. */
function isSilent(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  return ([reply.value].flat() as (HandlerCall | RunCall)[]).every(({ failed, effects }) => failed === undefined && effects.length === 0);
}

interface Asked {
  /** Terms of the entries of its log. */
  readonly log: readonly number[];
  readonly committed?: number;
  readonly prev: readonly [index: number, term: number];
  /** Terms of the entries of the message. */
  readonly entries?: readonly number[];
  readonly leaderCommit?: number;
  readonly says: string;
  readonly expect: readonly Expectation<Situation>[];
}

/** Node 0 of 3, in term 4, hears its leader, node 2. */
function asked({ log, committed = 0, prev: [prevLogIndex, prevLogTerm], entries = [], leaderCommit = committed, says, expect }: Asked): Rule<Situation> {
  const entry = (term: number) => ({ term, command: null });
  const state: Follower = { currentTerm: 4, log: log.map(entry), commitIndex: committed };
  const message: Append = { type: "AppendEntries", term: 4, prevLogIndex, prevLogTerm, entries: entries.map(entry), leaderCommit };
  return { situation: { state, message }, says, expect };
}

const after = (call: HandlerCall): Follower => call.state as Follower;
const terms = (log: readonly { readonly term: number }[]): string => (log.length === 0 ? "no entries" : `entries of terms ${log.map(({ term }) => term).join(", ")}`);

interface Reported {
  readonly term: number;
  readonly success: boolean;
  readonly matchIndex: number;
  readonly prevLogIndex: number;
}

/** The one reply to the leader; a sentence if there is none, or more. */
function replyOf(call: HandlerCall): Reported | string {
  const sent = call.effects.filter((effect): effect is Extract<Effect, { type: "send" }> => effect.type === "send");
  if (sent.length === 0) return "did not answer";
  if (sent.length > 1) return `sent ${sent.length} messages instead of one answer`;
  const { to, message } = sent[0]!;
  if (to !== LEADER) return `sent its answer to node ${to} instead of the leader, node ${LEADER}`;
  const reply = message as Reported;
  return reply.term === 4 ? reply : `answered with term ${reply.term} instead of its current term 4`;
}

function accepts(call: HandlerCall): string | undefined {
  const reply = replyOf(call);
  if (typeof reply === "string") return reply;
  return reply.success ? undefined : "refused the message";
}

function refuses(call: HandlerCall, { message }: Situation): string | undefined {
  const reply = replyOf(call);
  if (typeof reply === "string") return reply;
  if (reply.success) return `accepted what is to follow entry ${message.prevLogIndex} of term ${message.prevLogTerm}`;
  return reply.prevLogIndex === message.prevLogIndex ? undefined : `refused with prevLogIndex ${reply.prevLogIndex} instead of ${message.prevLogIndex}, so the leader cannot tell what was refused`;
}

function hasLog(...wanted: number[]): Expectation<Situation> {
  return (call) => (terms(after(call).log) === terms(wanted.map((term) => ({ term }))) ? undefined : `has ${terms(after(call).log)} in its log instead of ${wanted.length === 0 ? "none" : wanted.join(", ")}`);
}

function commits(index: number): Expectation<Situation> {
  return (call) => (after(call).commitIndex === index ? undefined : `has commitIndex ${after(call).commitIndex} instead of ${index}`);
}

function says(matchIndex: number): Expectation<Situation> {
  return (call) => {
    const reply = replyOf(call);
    if (typeof reply === "string") return reply;
    return reply.matchIndex === matchIndex ? undefined : `answered with ${reply.success ? `matchIndex ${reply.matchIndex}` : "a refusal"} instead of matchIndex ${matchIndex}`;
  };
}

/** Judged by the node's own memory: whether that is right is another case. */
function onDisk(call: HandlerCall, { state }: Situation): string | undefined {
  const disk = [...state.log];
  for (const effect of call.effects) {
    if (effect.type === "append") disk.push(...(effect.entries as typeof disk));
    if (effect.type === "truncate") disk.length = Math.min(disk.length, effect.length);
  }
  if (terms(disk) !== terms(after(call).log)) return `has ${terms(after(call).log)} in memory and ${terms(disk)} on disk`;
  return disk.length === state.log.length && terms(disk) === terms(state.log) ? "left its log as it was" : undefined;
}
