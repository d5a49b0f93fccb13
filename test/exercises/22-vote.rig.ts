import { callHandler, carryOut, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Context, NodeId, Protocol } from "../../lib/protocol.js";
import { createRandom, deriveSeed } from "../../lib/random.js";
import { raft } from "../../lib/replication/raft/raft.js";
import type { Entry, Raft, RaftState, RequestVote } from "../../lib/replication/raft/types.js";
import { Cluster } from "../../lib/sim/cluster.js";
import { isNode, wrongEffect } from "./stage.js";

/** The answer: what the learner exports. */
export interface Answer {
  onRequestVote(state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>): unknown;
}

/** One call of the handler on its own: node `self` of 5, in `state`, at time 1000 ms, hears `request`. */
export interface Situation {
  readonly self: NodeId;
  readonly state: RaftState;
  readonly from: NodeId;
  readonly request: RequestVote;
}

/** Calls the answer once. */
export function ask(answer: Answer, { self, state, from, request }: Situation): HandlerCall {
  const context = { self, size: 5, now: 1000, random: createRandom(1) };
  return callHandler<Raft>(context, state, (own, recorder) => answer.onRequestVote(own, from, request, recorder));
}

/** A run: `hostile` loses, delays and repeats messages, crashes nodes and lets them campaign at once; `calm` only elects, on logs of different lengths. */
export interface Scenario {
  readonly kind: "hostile" | "calm";
  readonly seed: number;
}

/** One call in a run, with what it was an answer to, so that a record can be held against another run of the scenario. */
export interface RunCall extends HandlerCall {
  readonly asked: string;
}

/** More requests than this in one run are an avalanche; a run ends there. */
export const mostCalls = 2000;

/** What a call is an answer to. */
export function question(state: RaftState, from: NodeId, request: RequestVote, { self, now }: Pick<Context<Raft>, "self" | "now">): string {
  return JSON.stringify([now, self, state.role, state.currentTerm, state.votedFor, from, request.term]);
}

/** Runs a cluster whose nodes vote as the answer does, and records each of its calls; ends at a call that failed. */
export function run(answer: Answer, scenario: Scenario): RunCall[] {
  const calls: RunCall[] = [];
  const cluster = clusterOf(scenario, (state, from, request, context) => {
    const asked = question(state, from, request, context);
    const call = { asked, ...callHandler<Raft>(context, state, (own, recorder) => answer.onRequestVote(own, from, request, recorder)) };
    calls.push(call);
    return call;
  });
  drive(cluster, scenario, () => calls.length > mostCalls || (calls.length > 0 && wrongWith(calls.at(-1)!) !== undefined));
  return calls;
}

/** Who votes in a run: the answer itself, or the record of what it did. */
export type Voter = (state: RaftState, from: NodeId, request: RequestVote, context: Context<Raft>) => HandlerCall;

/** A cluster of our Raft in which `vote` has the place of the vote handler. */
export function clusterOf({ kind, seed }: Scenario, vote: Voter, trace = false): Cluster<Raft> {
  const engine = raft();
  const protocol: Protocol<Raft> = {
    ...engine,
    onMessage(state, from, message, context) {
      if (message.type !== "RequestVote") return engine.onMessage(state, from, message, context);
      const wasLeader = state.role === "leader";
      const call = vote(state, from, message, context);
      if (wrongWith(call) !== undefined) return;
      carryOut<Raft>(call, state, context);
      // A leader has no election timer; one that steps down needs it back, whether or not it gives its vote.
      if (wasLeader && state.role !== "leader") {
        context.cancelTimer("heartbeat");
        if (!call.effects.some(restartsElection)) context.setTimer("election", 150 + 150 * context.random());
      }
    },
  };
  const logs = logsOf(seed);
  const disks = (node: NodeId) => ({ log: logs[node]!, stored: { currentTerm: 3, votedFor: null } });
  const network = kind === "hostile" ? { latency: "uniform:1,80", loss: 0.05, duplication: 0.1, diskWrite: "uniform:0,2" } : { latency: "uniform:1,10", loss: 0.05 };
  return new Cluster<Raft>(protocol, { size: 5, seed, disks, digest: false, trace, probe: (state) => state.role, ...network });
}

/** How long a run of each kind lasts, in ms. */
export const duration = { hostile: 300, calm: 5000 } as const;

/** Lets a run happen, with its faults, until `over` says so or its time is up. */
export function drive(cluster: Cluster<Raft>, { kind, seed }: Scenario, over: () => boolean): void {
  if (kind === "hostile") {
    const random = createRandom(deriveSeed(seed, 100));
    // Two candidates at once, cut off from each other, and voters that crash while the requests are under way: what a vote
    // handler is for. Once in the first term, and once more after everybody has heard of it.
    for (const start of [1, 150]) {
      const one = Math.floor(5 * random());
      const other = (one + 1 + Math.floor(4 * random())) % 5;
      cluster.command({ type: "cut", from: one, to: other }, start);
      cluster.command({ type: "cut", from: other, to: one }, start);
      cluster.input(one, { type: "campaign" }, start);
      cluster.input(other, { type: "campaign" }, start + 10 * random());
      for (let node = 0; node < 5; node++) {
        if (node === one || node === other || random() < 0.2) continue;
        const time = start + 10 + 50 * random();
        cluster.crash(node, time);
        cluster.restart(node, time + 1 + 5 * random());
      }
      cluster.heal(start + 100);
    }
  }
  cluster.runUntil(over, duration[kind]);
}

/**
 * Logs as an earlier crowd of leaders left them: long ones that end in an old term, and short ones that end in the last;
 * with even seeds all are empty.
 */
function logsOf(seed: number): Entry[][] {
  const random = createRandom(deriveSeed(seed, 200));
  return Array.from({ length: 5 }, () => {
    if (seed % 2 === 0) return [];
    const terms = random() < 0.5 ? [1, 1, 2, 2].slice(0, 2 + Math.floor(3 * random())) : [1, 3, 3].slice(Math.floor(2 * random()));
    return terms.map((term) => ({ term, command: null }));
  });
}

export const restartsElection = (effect: HandlerCall["effects"][number]): boolean => effect.type === "setTimer" && effect.timer === "election";

/** What makes a call unfit to be carried out, as a predicate ("left state.votedFor as …"); undefined if nothing does. */
export function wrongWith(call: HandlerCall): string | undefined {
  if (call.failed !== undefined) return call.failed;
  const state = call.state as RaftState;
  if (!Number.isInteger(state.currentTerm) || state.currentTerm < 0) return `left state.currentTerm as ${JSON.stringify(state.currentTerm)}, which is no term`;
  if (state.votedFor !== null && !isNode(state.votedFor, 5)) return `left state.votedFor as ${JSON.stringify(state.votedFor)}, which is neither a node nor null`;
  if (!["follower", "pre-candidate", "candidate", "leader"].includes(state.role)) return `left state.role as ${JSON.stringify(state.role)}, which is no role`;
  if (!Array.isArray(state.log) || !Array.isArray(state.votes) || !Array.isArray(state.active)) return "changed what state.log, state.votes or state.active is";
  const wrong = wrongEffect(call.effects, 5, ["send", "setTimer", "cancelTimer", "save"]);
  if (wrong !== undefined) return wrong;
  for (const effect of call.effects) {
    if (effect.type === "setTimer" && !["election", "heartbeat", "quorum"].includes(effect.timer as string)) return `set a timer ${JSON.stringify(effect.timer)}, which Raft does not have`;
    if (effect.type === "save" && !isHardState(effect.stored)) return `saved ${JSON.stringify(effect.stored)} instead of { currentTerm, votedFor }`;
  }
  return undefined;
}


function isHardState(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { currentTerm, votedFor } = value as Record<string, unknown>;
  return Number.isInteger(currentTerm) && (votedFor === null || isNode(votedFor, 5));
}
