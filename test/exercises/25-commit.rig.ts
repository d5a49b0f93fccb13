import type { HostileRun } from "../../lib/check/hostileRun.js";
import { callHandler, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Declaration, Ending } from "../../lib/promises.js";
import type { Context, NodeId, Protocol } from "../../lib/protocol.js";
import { createRandom, deriveRandom } from "../../lib/random.js";
import { raft } from "../../lib/replication/raft/raft.js";
import type { RaftStore } from "../../lib/replication/raft/replication.promises.js";
import { rewire } from "../../lib/replication/rewired.js";
import { keyValue } from "../../lib/replication/service/keyValue.js";
import { calmRun, dividedRun, raftStore, reword } from "./raftStage.js";
import { isCount, record, type RunCall, type Stage } from "./stage.js";

/** What the answer sees of a leader. */
export interface Leader {
  readonly self: NodeId;
  readonly currentTerm: number;
  readonly commitIndex: number;
  readonly log: readonly { readonly term: number }[];
  readonly matchIndex: readonly number[];
}

/** The answer: what the learner exports. */
export interface Answer {
  newCommitIndex(leader: Leader): unknown;
}

/** Calls the answer once. The call's state holds what it returned as the commit index. */
export function ask(answer: Answer, leader: Leader): HandlerCall {
  return callHandler<RaftStore>({ self: leader.self, size: leader.matchIndex.length, now: 0, random: createRandom(1) }, leader as never, (own) => decide(answer, own as never));
}

function decide(answer: Answer, own: { -readonly [field in keyof Leader]: Leader[field] }): void {
  own.commitIndex = answer.newCommitIndex({ ...own }) as number;
}

/** A run in which all leaders commit as the answer does; its calls. */
export const run = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);

/**
 * Three clusters. `figure 8`: a new leader finds an entry of an older term that it can bring to a majority before
 * another one takes over. `divided`: leaders are cut off and come back. `away`: the leader is cut off for good, and another one takes over.
 */
export const stage: Stage<RaftStore, Answer> = {
  declaration: (kind) => (kind === "figure 8" ? figure8 : kind === "away" ? away : raftStore),
  run(kind, seed) {
    const calm = calmRun(seed);
    if (kind === "figure 8") return { ...calm, size: 5, clients: 1, operations: 2, calmAt: 300, schedule: comeAndGo(seed) };
    if (kind === "away") return { ...calm, size: 3 + (seed % 3), calmAt: 300, operations: 2 };
    return dividedRun(seed);
  },
  protocol(ask) {
    const engine = raft({ machine: keyValue, batch: 1, inFlight: 3 });
    return {
      ...engine,
      onMessage(state, from, message, context) {
        if (state.role !== "leader" || message.type !== "AppendEntriesReply" || message.term !== state.currentTerm || !("matchIndex" in message)) return engine.onMessage(state, from, message, context);
        const matchIndex = state.progress.map(({ match }, node) => (node === from ? Math.max(match, message.matchIndex) : match));
        const { currentTerm, commitIndex } = state;
        const part: Leader = { self: context.self, currentTerm, commitIndex, log: state.log.map(({ term }) => ({ term })), matchIndex };
        const call = ask({ part, moment: `it was the leader of term ${currentTerm}, with ${logInWords(part)} and matchIndex [${matchIndex.join(", ")}]`, context, use: (answer, own: Leader) => decide(answer, own) });
        const decided = (call.state as Leader).commitIndex;
        // An index that falls is a question's business: a leader that forgets what it knew does no harm by that alone.
        if (decided > commitIndex) commitUpTo(engine, state, decided, context);
        receive(engine, state, from, message, context);
      },
    };
  },
  wrongWith,
  reword,
};

type State = RaftStore["State"];

/** Lets the engine commit up to an index, as if all nodes had it and it were of the leader's own term. */
function commitUpTo(engine: Protocol<RaftStore>, state: State, index: number, context: Context<RaftStore>): void {
  const { progress, log, currentTerm } = state;
  state.progress = progress.map((one) => ({ ...one, match: index }));
  state.log = log.with(index - 1, { ...log[index - 1]!, term: currentTerm });
  engine.onMessage(state, context.self, { type: "AppendEntriesReply", term: currentTerm, success: true, matchIndex: index }, context);
  state.progress = progress;
  state.log = log;
}

/** Lets the engine note a reply, and send what is to be sent, without a rule of its own for what is committed: it takes all for committed already. */
function receive(engine: Protocol<RaftStore>, state: State, from: NodeId, message: RaftStore["Message"], context: Context<RaftStore>): void {
  const { commitIndex } = state;
  state.commitIndex = state.log.length;
  const truthful = rewire(engine, () => ({
    send: (to, sent) => context.send(to, "leaderCommit" in sent ? { ...sent, leaderCommit: commitIndex } : sent),
  }));
  truthful.onMessage(state, from, message, context);
  state.commitIndex = commitIndex;
}

/**
 * Figure 8 of the paper, from (b) on: nodes 0 and 1 have an entry of term 2, node 4 has one of term 3 at the same index.
 * Node 0 is elected again and brings its entry to node 2, perhaps, which makes three; then its messages reach node 2 no
 * more, as they did not reach nodes 3 and 4 since its election, and node 4 stands.
 */
const figure8: Declaration<RaftStore> = {
  ...raftStore,
  disks: (node) => ({ stored: { currentTerm: 3, votedFor: null }, log: (node < 2 ? [1, 2] : node < 4 ? [1] : [1, 3]).map((term) => ({ term, command: null })) }),
};

function comeAndGo(seed: number): HostileRun<RaftStore>["schedule"] {
  const random = deriveRandom(seed, 300);
  const cut = 16 + 24 * random();
  return [
    { at: 1, command: { type: "input", node: 0, input: { type: "campaign" } } },
    { at: 12, command: { type: "cut", from: 0, to: 3 } },
    { at: 12, command: { type: "cut", from: 0, to: 4 } },
    { at: cut, command: { type: "cut", from: 0, to: 2 } },
    { at: cut + 12 + 10 * random(), command: { type: "input", node: 4, input: { type: "campaign" } } },
    { at: 200, command: { type: "heal" } },
  ];
}

const othersCommit: Ending<RaftStore> = {
  name: "while one node is cut off, the others go on committing",
  source: "Ongaro and Ousterhout 2014, §5.3",
  isolate: "leader",
  lasts: 1500,
  remember: (nodes) => String(highest(nodes)),
  missing: (nodes, before) => (highest(nodes) > Number(before) ? undefined : `1500 ms after the leader was cut off the ${nodes.length - 1} other nodes had committed nothing more`),
};

const highest = (nodes: readonly { readonly state: State }[]): number => Math.max(...nodes.map(({ state }) => state.commitIndex));

const away: Declaration<RaftStore> = { ...raftStore, endings: [othersCommit] };

/** What makes a call unfit to be carried out. */
export function wrongWith(call: HandlerCall, before: object): string | undefined {
  if (call.failed !== undefined) return call.failed;
  const { commitIndex } = call.state as Leader;
  const leader = before as Leader;
  if (!isCount(commitIndex)) return `returned ${JSON.stringify(commitIndex) ?? "nothing"}, which is no index`;
  if (commitIndex > leader.log.length) return `returned ${commitIndex}, and the log has ${leader.log.length} ${leader.log.length === 1 ? "entry" : "entries"}`;
  if (call.effects.length > 0) return `called context.${call.effects[0]!.type}`;
  return undefined;
}

/** A log by the terms of its last entries. */
export const logInWords = ({ log }: Pick<Leader, "log">): string => (log.length === 0 ? "an empty log" : `a log of ${log.length} ${log.length === 1 ? "entry" : "entries"}, ${log.length > 4 ? "the last ones " : ""}of term${log.length > 1 ? "s" : ""} ${log.slice(-4).map(({ term }) => term).join(", ")}`);
