import { fileURLToPath } from "node:url";
import type { Effect, HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Reply } from "../../lib/course/grading/exchange.js";
import type { Entry, RaftState, RequestVote, RequestVoteReply } from "../../lib/replication/raft/types.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { judgeRun, type Property, type RunVerdict } from "./22-vote.judge.js";
import { restartsElection, wrongWith, type RunCall, type Scenario, type Situation } from "./22-vote.rig.js";
import { registerGrader, type Case } from "./grader.js";
import { type Expectation as ExpectationOf, type Rule as RuleOf, rules as rulesOf } from "./handlerCases.js";

registerGrader({
  exercise: "22-vote",
  file: "vote.ts",
  exports: ["onRequestVote"],
  rig: fileURLToPath(new URL("22-vote.rig.ts", import.meta.url)),
  limit: 20_000,
  notWritten: (replies) => (replies.every(isSilent) ? notWritten("`onRequestVote` sends no reply") : undefined),
  cases: [
    rules("a first vote is given", 2, [
      asked({ ahead: true, says: "it had not voted in term 4 and the candidate's log is longer than its own", expect: [grants, votesFor(2)] }),
      asked({ from: 4, log: [], ahead: true, says: "it had not voted in term 4 and its own log is empty", expect: [grants, votesFor(4)] }),
    ]),
    rules("a request of an older term is refused", 2, [
      asked({ request: { term: 3 }, says: "it is in term 4 already and was asked for term 3", expect: [refuses, staysIn(4), hasNotVoted] }),
      asked({ votedFor: 2, request: { term: 2 }, says: "it is in term 4 already and was asked for term 2, by the node that it votes for in term 4", expect: [refuses, staysIn(4)] }),
    ]),
    rules("a newer term is adopted", 2, [
      asked({ votedFor: 1, request: { term: 7 }, ahead: true, says: "it was asked for term 7 while in term 4, in which it had voted for 1", expect: [isIn(7), grants, votesFor(2)] }),
      asked({ votedFor: 1, request: { term: 7 }, behind: true, says: "it was asked for term 7 while in term 4, by a candidate whose log is behind", expect: [isIn(7), hasForgotten(1)] }),
      asked({ role: "candidate", votedFor: 0, request: { term: 5 }, says: "it was a candidate of term 4 and was asked for term 5", expect: [isIn(5), isFollower] }),
      asked({ role: "leader", votedFor: 0, request: { term: 9 }, behind: true, says: "it was the leader of term 4 and was asked for term 9, by a candidate whose log is behind", expect: [isIn(9), isFollower, hasForgotten(0)] }),
    ]),
    rules("a node votes once a term", 2, [
      asked({ votedFor: 1, says: "it had voted for 1 in the same term (term 4)", expect: [refuses, votesFor(1)] }),
      asked({ votedFor: 3, ahead: true, says: "it had voted for 3 in the same term (term 4); that the log of 2 is longer does not matter", expect: [refuses, votesFor(3)] }),
      asked({ role: "candidate", votedFor: 0, says: "it is a candidate of term 4 itself and has voted for itself", expect: [refuses, votesFor(0), isStill("candidate")] }),
    ]),
    rules("the same candidate may ask again", 1, [
      asked({ votedFor: 2, ahead: true, says: "it had voted for 2 in the same term (term 4); its first answer may have been lost", expect: [grants, votesFor(2)] }),
    ]),
    rules("the later last term wins", 2, [
      asked({ log: [1, 1, 1, 2], request: { lastLogIndex: 1, lastLogTerm: 3 }, says: "the candidate's last entry is of term 3, its own of term 2; that its own log is longer does not matter", expect: [grants] }),
      asked({ log: [3], request: { lastLogIndex: 5, lastLogTerm: 2 }, says: "the candidate's last entry is of term 2, its own of term 3; that the candidate's log is longer does not matter", expect: [refuses] }),
      asked({ log: [], request: { lastLogIndex: 1, lastLogTerm: 1 }, says: "its own log is empty, the candidate's is not", expect: [grants] }),
    ]),
    rules("with equal last terms the longer log wins", 2, [
      asked({ log: [1, 2, 2], request: { lastLogIndex: 2, lastLogTerm: 2 }, says: "both logs end in term 2, and the candidate's has 2 entries, its own 3", expect: [refuses] }),
      asked({ log: [1, 2, 2], request: { lastLogIndex: 3, lastLogTerm: 2 }, says: "both logs end in term 2 and have 3 entries: the candidate's is no worse", expect: [grants] }),
      asked({ log: [2], request: { lastLogIndex: 3, lastLogTerm: 2 }, says: "both logs end in term 2, and the candidate's has 3 entries, its own 1", expect: [grants] }),
      asked({ log: [], says: "both logs are empty: the candidate's is no worse", expect: [grants] }),
    ]),
    rules("a vote survives a crash", 2, [
      asked({ ahead: true, says: "node 2 was due its vote in term 4", expect: [grants, saves(4)] }),
      asked({ request: { term: 6 }, ahead: true, says: "it was in term 4 and node 2 was due its vote in term 6", expect: [grants, saves(6)] }),
    ]),
    rules("a new term survives a crash though no vote is given", 1, [
      asked({ votedFor: 1, request: { term: 6 }, behind: true, says: "it was in term 4 and heard of term 6, from a candidate whose log is behind", expect: [saves(6)] }),
    ]),
    rules("only a vote restarts the election timer", 2, [
      asked({ ahead: true, says: "node 2 was due its vote", expect: [grants, timerGoesWithVote] }),
      asked({ votedFor: 1, says: "it gave no vote, having voted for 1", expect: [timerGoesWithVote] }),
      asked({ request: { term: 3 }, says: "it gave no vote, the request being of an older term", expect: [timerGoesWithVote] }),
      asked({ request: { term: 6 }, behind: true, says: "it gave no vote, the candidate's log being behind; if the timer started again at each such request, a candidate that cannot win could keep those that can from standing", expect: [timerGoesWithVote] }),
    ]),
    runs("at most one leader a term, whatever fails", 3, "hostile", 150, "one leader a term"),
    runs("a leader's log is not behind those of a majority", 2, "hostile", 150, "leaders up to date"),
    runs("somebody is elected in time", 2, "calm", 20, "somebody is elected"),
  ],
});

/** Whether an answer, in one situation or a whole run, did nothing wrong, but did not answer either: as the skeleton. */
function isSilent(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  const calls = [reply.value].flat() as HandlerCall[];
  return calls.every((call) => wrongWith(call) === undefined && !call.effects.some(({ type }) => type === "send"));
}

type Rule = RuleOf<Situation>;
type Expectation = ExpectationOf<Situation>;

interface Asked {
  readonly role?: RaftState["role"];
  readonly votedFor?: number | null;
  /** Terms of the entries of its log. */
  readonly log?: readonly number[];
  readonly from?: number;
  /** What the request says; by default of the same term and with an equal log. */
  readonly request?: Partial<RequestVote>;
  readonly behind?: boolean;
  readonly ahead?: boolean;
  readonly says: string;
  readonly expect: readonly Expectation[];
}

/** Node 0 of 5, in term 4, hears node 2. */
function asked({ role = "follower", votedFor = null, log = [1, 3], from = 2, request = {}, behind = false, ahead = false, says, expect }: Asked): Rule {
  const entries: Entry[] = log.map((term) => ({ term, command: null }));
  const lastLogIndex = entries.length + (ahead ? 1 : behind ? -1 : 0);
  const lastLogTerm = ahead ? (entries.at(-1)?.term ?? 1) : (entries[lastLogIndex - 1]?.term ?? 0);
  const state: RaftState = { role, currentTerm: 4, votedFor, log: entries, leader: role === "leader" ? 0 : null, votes: role === "candidate" ? [0] : [], heardFromLeader: null, active: [], configuration: { voters: [0, 1, 2, 3, 4] } };
  return { situation: { self: 0, state, from, request: { type: "RequestVote", term: 4, lastLogIndex, lastLogTerm, ...request } }, says, expect };
}

function rules(name: string, points: number, list: readonly Rule[]): Case {
  return rulesOf(name, points, list, unfit);
}

function unfit(call: HandlerCall, { state }: Situation): string | undefined {
  return wrongWith(call) ?? (JSON.stringify(after(call).log) === JSON.stringify(state.log) ? undefined : "changed the log: a request for a vote must leave it alone");
}

const after = (call: HandlerCall): RaftState => call.state as RaftState;

/** The one reply to the candidate; a sentence if there is none, or more. */
function replyOf(call: HandlerCall, { from }: Situation): RequestVoteReply | string {
  const sent = call.effects.filter((effect): effect is Extract<Effect, { type: "send" }> => effect.type === "send");
  if (sent.length === 0) return "did not answer";
  if (sent.length > 1) return `sent ${sent.length} messages instead of one answer`;
  const { to, message } = sent[0]!;
  if (to !== from) return `sent its answer to node ${to} instead of the candidate, node ${from}`;
  const reply = message as RequestVoteReply;
  if (reply.type !== "RequestVoteReply") return `answered with a ${JSON.stringify(reply.type)} instead of a RequestVoteReply`;
  if (typeof reply.voteGranted !== "boolean") return `answered with voteGranted ${JSON.stringify(reply.voteGranted)} instead of true or false`;
  if (reply.term !== after(call).currentTerm) return `answered with term ${JSON.stringify(reply.term)} instead of its current term ${after(call).currentTerm}`;
  return reply;
}

function grants(call: HandlerCall, situation: Situation): string | undefined {
  const reply = replyOf(call, situation);
  if (typeof reply === "string") return reply;
  return reply.voteGranted ? undefined : `refused its vote to ${situation.from}`;
}

function refuses(call: HandlerCall, situation: Situation): string | undefined {
  const reply = replyOf(call, situation);
  if (typeof reply === "string") return reply;
  return reply.voteGranted ? `voted for ${situation.from}` : undefined;
}

function votesFor(node: number): Expectation {
  return (call) => (after(call).votedFor === node ? undefined : `has votedFor ${after(call).votedFor} instead of ${node}`);
}

function hasNotVoted(call: HandlerCall): string | undefined {
  return after(call).votedFor === null ? undefined : `has votedFor ${after(call).votedFor} instead of null`;
}

function hasForgotten(node: number): Expectation {
  return (call) => (after(call).votedFor !== node ? undefined : `still has votedFor ${node}, its vote of term 4`);
}

function isIn(term: number): Expectation {
  return (call) => (after(call).currentTerm === term ? undefined : `is in term ${after(call).currentTerm} instead of ${term}`);
}

function staysIn(term: number): Expectation {
  return (call) => (after(call).currentTerm === term ? undefined : `went to term ${after(call).currentTerm}`);
}

function isFollower(call: HandlerCall): string | undefined {
  return after(call).role === "follower" ? undefined : `is still a ${after(call).role}`;
}

function isStill(role: RaftState["role"]): Expectation {
  return (call) => (after(call).role === role ? undefined : `became a ${after(call).role}`);
}

function saves(currentTerm: number): Expectation {
  return (call) => {
    const saved = call.effects.findLast((effect): effect is Extract<Effect, { type: "save" }> => effect.type === "save");
    if (saved === undefined) return "saved nothing, and would not know it after a crash";
    const wanted = { currentTerm, votedFor: after(call).votedFor };
    const stored = saved.stored as typeof wanted;
    if (stored.currentTerm === wanted.currentTerm && stored.votedFor === wanted.votedFor) return undefined;
    return `saved ${JSON.stringify(stored)} instead of ${JSON.stringify(wanted)}`;
  };
}

/** Judged by the node's own decision: whether that was right is another case. */
function timerGoesWithVote(call: HandlerCall): string | undefined {
  const granted = call.effects.some((effect) => effect.type === "send" && (effect.message as RequestVoteReply).voteGranted === true);
  const restarted = call.effects.some(restartsElection);
  if (granted === restarted) return undefined;
  return restarted ? "restarted its election timer" : "did not restart its election timer";
}

/** A case of many simulated runs; of those that fail, the one with the fewest events is told. */
function runs(name: string, points: number, kind: Scenario["kind"], count: number, property: Property): Case {
  const scenarios = Array.from({ length: count }, (_, index): Scenario => ({ kind, seed: index + 1 }));
  const request = (scenario: Scenario) => ({ on: "rig", call: "run", args: [scenario] }) as const;
  return {
    name,
    points,
    requests: scenarios.map(request),
    judge(replies) {
      const verdicts = scenarios.map((scenario, index) => verdictOn(scenario, callsOf(replies[index]!)));
      const found = verdicts.flatMap(({ violations }, index) => {
        const violation = violations.get(property);
        return violation === undefined ? [] : [{ ...violation, seed: scenarios[index]!.seed }];
      });
      if (found.length > 0) {
        const { message, seed, events } = found.reduce((shortest, one) => (one.events < shortest.events ? one : shortest));
        const { excerpt } = judgeRun({ kind, seed }, callsOf(replies[seed - 1]!), property);
        return { message, seed, ...(excerpt === undefined ? {} : { run: { ...excerpt, events } }) };
      }
      // Where nobody leads, there are never two: that must not earn points.
      const elections = verdicts.reduce((sum, verdict) => sum + verdict.elections, 0);
      return 5 * elections < count ? { message: `In ${count} runs ${elections === 0 ? "no election was" : `only ${elections} elections were`} won, so they say nothing about leaders.` } : undefined;
    },
    withSeed: (seed) => ({
      requests: [request({ kind, seed })],
      judge(replies) {
        const { violations, transcript = "" } = judgeRun({ kind, seed }, callsOf(replies[0]!), property);
        return { message: violations.get(property)?.message ?? "Nothing went wrong in this run.", transcript, seed };
      },
    }),
  };
}

/** Several cases look at the same runs; each is judged once. */
function verdictOn(scenario: Scenario, calls: readonly RunCall[]): RunVerdict {
  const known = verdicts.get(calls) ?? judgeRun(scenario, calls);
  verdicts.set(calls, known);
  return known;
}

const verdicts = new WeakMap<readonly RunCall[], RunVerdict>();

function callsOf(reply: Reply): RunCall[] {
  if (!("value" in reply) || !Array.isArray(reply.value)) throw new Error("no record of a run");
  return reply.value as RunCall[];
}
