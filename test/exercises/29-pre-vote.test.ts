import { fileURLToPath } from "node:url";
import type { HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Reply } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { raft } from "../../lib/replication/raft/raft.js";
import type { Raft, RaftMessage, RaftState, RequestVote, RequestVoteReply } from "../../lib/replication/raft/types.js";
import { ASKED, LED, stage, unfitForRaft } from "./29-pre-vote.rig.js";
import { registerGrader } from "./grader.js";
import { type Expectation, rules as rulesOf, type Rule as RuleOf, runs as runsOf } from "./handlerCases.js";
import { answers, holds, savesNothing, sentIn, type Situation, tells } from "./handlerExpectations.js";
import type { StageVerdict } from "./judgeStage.js";
import { lastMessages } from "./lastMessages.js";

type Asked = Situation<RaftState>;
type Rule = RuleOf<Asked>;
const rules = (name: string, points: number, list: readonly Rule[]) => rulesOf(name, points, list, (call, { state, size }) => unfitForRaft(call, state, size));
const excerpt = (verdict: StageVerdict<Raft>) => lastMessages(verdict, words, { most: 36, longest: 250 });
const runs = (name: string, points: number, kind: string, count: number, must: Readonly<Record<string, string>>) => runsOf(name, points, { stage, kind, count, must, excerptOf: excerpt });

registerGrader({
  exercise: "29-pre-vote",
  file: "preVote.ts",
  exports: ["onElectionTimeout", "onPreVote", "onPreVoteReply"],
  rig: fileURLToPath(new URL("29-pre-vote.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`onElectionTimeout` and `onPreVote` send nothing") : undefined),
  cases: [
    rules("before it stands, a node asks all others for leave", 3, [
      timeout({ log: [1, 3], says: "it has waited long enough for a leader", expect: [asksAll({ lastLogIndex: 2, lastLogTerm: 3 }), holds({ role: "pre-candidate", leader: null, votes: [0] })] }),
      timeout({ log: [], role: "candidate", votedFor: 0, votes: [0, 3], says: "it stood in term 4, and was not elected in time", expect: [asksAll({ lastLogIndex: 0, lastLogTerm: 0 }), holds({ role: "pre-candidate", votes: [0] })] }),
      timeout({ role: "pre-candidate", votes: [0, 3], says: "it asked before, and too few answered; what they said then may be out of date", expect: [asksAll({ lastLogIndex: 2, lastLogTerm: 3 }), holds({ votes: [0] })] }),
    ]),
    rules("asking changes neither the term nor the vote", 3, [timeout({ votedFor: 2, says: "it only asks", expect: [asksAll({ lastLogIndex: 2, lastLogTerm: 3 }), holds({ currentTerm: 4, votedFor: 2 }), savesNothing] })]),
    rules("who asks waits anew", 1, [timeout({ says: "answers may be lost", expect: [waitsAnew] })]),
    rules("leave is given to who could win", 3, [
      preVote({ says: "node 2 asks for term 5, its log is as good, and nobody leads", expect: [gives(5)] }),
      preVote({ term: 9, ahead: true, votedFor: 1, says: "node 2 asks for term 9, its log is longer, and nobody leads; a vote given in term 4 does not matter for another term", expect: [gives(9)] }),
      preVote({ now: 100, says: "its clock shows 100 ms and it has never heard from a leader: there was none 100 ms ago either", expect: [gives(5)] }),
    ]),
    rules("leave is refused while a leader is heard", 3, [
      preVote({ heard: 50, leader: 1, says: "it heard from its leader 50 ms ago", expect: [refuses] }),
      preVote({ heard: 149, leader: 1, ahead: true, says: "it heard from its leader 149 ms ago; that the log of node 2 is longer does not matter", expect: [refuses] }),
      preVote({ role: "leader", leader: 0, says: "it is the leader itself", expect: [refuses] }),
      preVote({ heard: 160, leader: 1, says: "it last heard from its leader 160 ms ago, longer than the shortest election timeout, and somebody must be allowed to stand", expect: [gives(5)] }),
    ]),
    rules("leave is refused to who could not win", 2, [
      preVote({ behind: true, says: "the log of node 2 is behind its own", expect: [refuses] }),
      preVote({ term: 4, says: "node 2 asks for term 4, in which it is already", expect: [refuses] }),
      preVote({ term: 2, ahead: true, says: "node 2 asks for term 2, and it is in term 4", expect: [refuses] }),
      preVote({ says: "node 2 asks for term 5, its log is as good, and nobody leads", expect: [gives(5)] }),
    ]),
    rules("giving leave promises nothing", 3, [
      preVote({ votedFor: 1, says: "it gave leave, and no vote", expect: [gives(5), holds({ currentTerm: 4, votedFor: 1, role: "follower" }), savesNothing, keepsWaiting] }),
      preVote({ role: "pre-candidate", votes: [0], says: "it asks for leave itself, and may give it all the same", expect: [gives(5), holds({ role: "pre-candidate", votes: [0] })] }),
    ]),
    rules("with the leave of a majority, and not before, a node stands", 3, [
      reply({ votes: [0], says: "2 of 5 have given leave, itself included", expect: [returns(false), holds({ role: "pre-candidate", currentTerm: 4, votes: [0, 2] })] }),
      reply({ votes: [0, 4], says: "with this one 3 of 5 have given leave, itself included", expect: [returns(true)] }),
      reply({ votes: [0, 2], says: "only 2 of 5 have given leave; that the answer of node 2 came twice does not matter", expect: [returns(false)] }),
      reply({ size: 4, votes: [0], says: "only 2 of 4 have given leave: half is not a majority", expect: [returns(false)] }),
    ]),
    rules("only leave for this very candidacy counts", 2, [
      reply({ votes: [0, 4], says: "with this one 3 of 5 have given leave for term 5", expect: [returns(true)] }),
      reply({ votes: [0, 4], granted: false, term: 4, says: "node 2 refused", expect: [returns(false)] }),
      reply({ votes: [0, 4], granted: false, says: "node 2 refused, being in term 5 itself", expect: [returns(false)] }),
      reply({ votes: [0, 4], term: 4, says: "the leave was for term 4, and it would stand in term 5", expect: [returns(false)] }),
      reply({ role: "follower", votes: [0, 4], says: "it has found a leader since it asked", expect: [returns(false), holds({ role: "follower" })] }),
      reply({ role: "candidate", votes: [0, 4], says: "it stands already; now votes count, not leave", expect: [returns(false)] }),
    ]),
    runs("no promise of Raft is broken, whatever fails", 2, "hostile", 40, { [LED]: "nobody was elected" }),
    runs("when the faults end, somebody is elected", 2, "elected", 12, { [LED]: "nobody was elected" }),
    runs("a node that was cut off deposes nobody when it comes back", 2, "returns", 20, { [ASKED]: "nobody asked for leave" }),
    runs("a node that alone does not hear the leader deposes nobody", 1, "deaf", 10, { [ASKED]: "nobody asked for leave" }),
  ],
});

interface Given extends Omit<Partial<RaftState>, "log">, Omit<Rule, "situation"> {
  /** Terms of the entries of its log. */
  readonly log?: readonly number[];
  /** How many ms ago it heard from a leader. */
  readonly heard?: number;
  readonly size?: number;
  /** In ms. */
  readonly now?: number;
}

/** Node 0 of 5, in term 4, at 1000 ms unless said otherwise. */
function situation(call: string, args: readonly unknown[], { log = [1, 3], heard, size = 5, now = 1000, says: _, expect: __, ...given }: Given): Asked {
  const state: RaftState = { ...raft().init(0, size), currentTerm: 4, log: log.map((term) => ({ term, command: null })), heardFromLeader: heard === undefined ? null : now - heard, ...given };
  return { self: 0, size, state, call, args, now };
}

function timeout(given: Given): Rule {
  return { situation: situation("onElectionTimeout", [], { heard: 200, leader: 3, ...given }), says: given.says, expect: given.expect };
}

/** Node 2 asks for leave to stand in term 5, with an equal log unless it is ahead or behind. */
function preVote({ term = 5, ahead = false, behind = false, ...given }: Given & { readonly term?: number; readonly ahead?: boolean; readonly behind?: boolean }): Rule {
  const request: RequestVote = { type: "PreVote", term, lastLogIndex: 2 + (ahead ? 1 : behind ? -1 : 0), lastLogTerm: behind ? 1 : 3 };
  return { situation: situation("onPreVote", [2, request], given), says: given.says, expect: given.expect };
}

/** Node 2 answers. */
function reply({ term = 5, granted = true, ...given }: Given & { readonly term?: number; readonly granted?: boolean }): Rule {
  const message: RequestVoteReply = { type: "PreVoteReply", term, voteGranted: granted };
  return { situation: situation("onPreVoteReply", [2, message], { role: "pre-candidate", ...given }), says: given.says, expect: given.expect };
}

function asksAll(log: Pick<RequestVote, "lastLogIndex" | "lastLogTerm">): Expectation<Asked> {
  return (call, asked) => (sentIn(call).some(({ to }) => to === asked.self) ? `sent a message to itself (node ${asked.self}); its own leave is in \`votes\` already` : tells([1, 2, 3, 4], { type: "PreVote", term: 5, ...log })(call, asked));
}

function gives(term: number): Expectation<Asked> {
  return answers(2, { type: "PreVoteReply", term, voteGranted: true });
}

function refuses(call: HandlerCall, asked: Asked): string | undefined {
  return answers(2, { type: "PreVoteReply", term: 4, voteGranted: false })(call, asked);
}

function waitsAnew(call: HandlerCall): string | undefined {
  const timer = call.effects.findLast((effect) => effect.type === "setTimer" && effect.timer === "election");
  if (timer?.type !== "setTimer") return "did not restart its election timer, and will never ask again";
  return timer.delay >= 150 && timer.delay <= 300 ? undefined : `waits for ${timer.delay} ms instead of 150 to 300`;
}

function keepsWaiting(call: HandlerCall): string | undefined {
  return call.effects.some(({ type }) => type === "setTimer") ? "restarted a timer, and so puts its own candidacy off" : undefined;
}

function returns(expected: boolean): Expectation<Asked> {
  return (call) => {
    const { returned } = call.state as { readonly returned?: unknown };
    if (returned === expected) return undefined;
    return typeof returned === "boolean" ? (expected ? "does not stand" : "stands") : `returned ${JSON.stringify(returned) ?? "nothing"} instead of ${expected}`;
  };
}

/** A message of an election in a few words. */
function words(sent: unknown): string | undefined {
  const message = sent as RaftMessage;
  switch (message.type) {
    case "PreVote":
      return `may I, in ${message.term}?`;
    case "RequestVote":
      return `vote in ${message.term}?`;
    case "PreVoteReply":
    case "RequestVoteReply":
      return message.voteGranted ? "yes" : "no";
    case "AppendEntriesReply":
      return message.success ? undefined : `no: term ${message.term}`;
    default:
      return undefined;
  }
}

/** Whether an answer, in one situation or a whole run, did nothing, as the skeleton. */
function isUnbegun(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  return ([reply.value].flat() as HandlerCall[]).every((call) => call.failed === undefined && sentIn(call).length === 0);
}
