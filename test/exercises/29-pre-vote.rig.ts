import { drawRun, type HostileRun } from "../../lib/check/hostileRun.js";
import { carryOut, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Declaration, Invariant } from "../../lib/promises.js";
import type { Context, NodeId, Protocol } from "../../lib/protocol.js";
import { raft } from "../../lib/replication/raft/raft.js";
import { raftElectionStable } from "../../lib/replication/raft/raft.promises.js";
import type { Raft, RaftState, RequestVote, RequestVoteReply } from "../../lib/replication/raft/types.js";
import { unfit } from "./handlerExpectations.js";
import { type Ask, record, type RunCall, type Stage } from "./stage.js";

export { askOnce as ask } from "./handlerExpectations.js";

/** The answer: what the learner exports. */
export interface Answer {
  onElectionTimeout(state: RaftState, context: Context<Raft>): unknown;
  onPreVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): unknown;
  onPreVoteReply(state: RaftState, from: NodeId, reply: RequestVoteReply, context: Context<Raft>): unknown;
}

/** A state, and beside it what the answer returned. */
type WithReturn = RaftState & { returned: unknown };

/** Our Raft without pre-vote, and the learner's in front of its candidacy. */
export const stage: Stage<Raft, Answer> = {
  declaration,
  run,
  protocol: withPreVote,
  wrongWith: (call, part, size) => unfitForRaft(call, part, size) ?? wrongReturn(call, part),
};

export function unfitForRaft(call: HandlerCall, part: object, size: number): string | undefined {
  const wrong = unfit(call, part, size, { timers: ["election", "heartbeat", "quorum"], stored: ["currentTerm"], nullable: ["votedFor", "leader", "heardFromLeader"] });
  if (wrong !== undefined) return wrong;
  const { role } = call.state as RaftState;
  if (!["follower", "pre-candidate", "candidate", "leader"].includes(role)) return `left state.role as ${JSON.stringify(role)}, which is no role`;
  return call.effects.some((effect) => effect.type === "setTimer" && effect.delay < 1) ? "set a timer to fire at once" : undefined;
}

function wrongReturn(call: HandlerCall, part: object): string | undefined {
  const { returned } = call.state as WithReturn;
  return "returned" in part && typeof returned !== "boolean" ? `returned ${returned === null ? "nothing" : JSON.stringify(returned)} instead of true or false` : undefined;
}

function withPreVote(ask: Ask<Raft, Answer>): Protocol<Raft> {
  const engine = raft();
  return {
    ...engine,
    onTimer(state, timer, context) {
      if (timer !== "election") return engine.onTimer!(state, timer, context);
      const call = ask({ part: state, moment: "it had waited long enough for a leader", context, use: (answer, own, recorder) => answer.onElectionTimeout(own, recorder) });
      carryOut<Raft>(call, state, context);
    },
    onMessage(state, from, message, context) {
      if (message.type === "PreVote") {
        const call = ask({ part: state, moment: `node ${from} asked it for leave to stand in term ${message.term}`, context, use: (answer, own, recorder) => answer.onPreVote(own, from, message, recorder) });
        return carryOut<Raft>(call, state, context);
      }
      // Leave for a term proves nothing about it; a refusal may come from a newer one.
      if (message.type !== "PreVoteReply" || !message.voteGranted) engine.onMessage(state, from, message, context);
      if (message.type !== "PreVoteReply") return;
      const call = ask({
        part: { ...state, returned: false } satisfies WithReturn,
        moment: `node ${from} ${message.voteGranted ? "gave" : "refused"} it leave to stand in term ${message.term}`,
        context,
        use(answer, own: WithReturn, recorder) {
          const { returned: _, ...rest } = own;
          const returned = answer.onPreVoteReply(rest, from, message, recorder);
          Object.assign(own, rest, { returned: returned ?? null });
          return returned;
        },
      });
      const { returned, ...left } = call.state as WithReturn;
      carryOut<Raft>({ ...call, state: left }, state, context);
      if (returned === true) engine.onInput!(state, { type: "campaign" }, context);
    },
  };
}

/** `hostile`: judged by what elections with pre-vote promise; `elected`: by whether somebody is elected; `returns` and `deaf`: by whether the leader stays. */
function declaration(kind: string): Declaration<Raft> {
  const { disks: _, ...withoutLogs } = raftElectionStable;
  const reachables = [...raftElectionStable.reachables.filter(({ name }) => name === LED), { name: ASKED, onSend: (_from: unknown, _to: NodeId, message: Raft["Message"]) => message.type === "PreVote" }];
  if (kind === "hostile") return { ...raftElectionStable, endings: [], progress: [], reachables };
  if (kind === "elected") return { ...raftElectionStable, endings: [], invariants: [], reachables };
  return { ...withoutLogs, endings: [], progress: [], invariants: [leaderStays], reachables };
}

/** What must be reached. */
export const LED = "a leader";
export const ASKED = "a node asked for leave to stand";

const leaderStays: Invariant<Raft> = {
  name: "a leader that a majority hears is deposed by nobody",
  source: "Ongaro 2014, dissertation, §9.6",
  afterStep({ id, state }, facts) {
    if (state.role === "leader" && facts.known("leader", "first") === undefined) facts.agree("leader", "first", id);
    facts.must(facts.known("leader", "first") !== id || state.role === "leader", () => `node ${id} led term 1, and all but one node heard it; now it has heard of term ${state.currentTerm} and had to step down`);
  },
};

/** A node that is cut off for a while, or to which only the leader's messages are; before and after, all is well. */
function run(kind: string, seed: number): HostileRun<Raft> {
  if (kind === "hostile" || kind === "elected") return drawRun({ ...raftElectionStable, sizes: [3, 5], calm: kind === "hostile" ? 4000 : 3000 }, seed);
  const node = 1 + (seed % 4);
  const schedule: HostileRun<Raft>["schedule"] = [
    { at: 10, command: { type: "input", node: 0, input: { type: "campaign" } } },
    { at: 200, command: kind === "returns" ? { type: "isolate", node } : { type: "cut", from: 0, to: node } },
    { at: 1000 + 10 * seed, command: { type: "heal" } },
  ];
  return { seed, size: 5, latency: "uniform:1,10", loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, schedule, calmAt: 2000, clients: 0, operations: 0 };
}

const recordRun = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);
export { recordRun as run };
