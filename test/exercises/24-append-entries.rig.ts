import { callHandler, carryOut, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Context, NodeId } from "../../lib/protocol.js";
import { createRandom } from "../../lib/random.js";
import { raft } from "../../lib/replication/raft/raft.js";
import type { AppendEntries } from "../../lib/replication/raft/replicatedTypes.js";
import type { RaftStore } from "../../lib/replication/raft/replication.promises.js";
import { rewire } from "../../lib/replication/rewired.js";
import { keyValue, type KeyValueCommand } from "../../lib/replication/service/keyValue.js";
import { calmRun, crashes, dividedRun, isAppendReply, raftStore, reword, wrongEntries } from "./raftStage.js";
import { isCount, record, type RunCall, type Stage, wrongEffect } from "./stage.js";

/** What the answer sees of a node. */
export type Follower = Pick<RaftStore["State"], "currentTerm" | "log" | "commitIndex">;
export type Append = AppendEntries<KeyValueCommand>;

/** The answer: what the learner exports. */
export interface Answer {
  onAppendEntries(state: Follower, from: NodeId, message: Append, context: Context<RaftStore>): unknown;
}

/** One call of the handler on its own: node 0 of 3, in `state`, hears its leader, node 2. */
export interface Situation {
  readonly state: Follower;
  readonly message: Append;
}

export const LEADER = 2;

/** Calls the answer once. */
export function ask(answer: Answer, { state, message }: Situation): HandlerCall {
  const context = { self: 0, size: 3, now: 1000, random: createRandom(1) };
  return callHandler<RaftStore>(context, state as RaftStore["State"], (own, recorder) => answer.onAppendEntries(own, LEADER, message, recorder));
}

/** A run in which all followers take entries over as the answer does; its calls. */
export const run = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);

/**
 * Three clusters. `divided`: leaders are cut off, and go on receiving requests. `late`: messages are late, repeated and
 * lost. `crashing`: disks are slow, and nodes crash.
 */
export const stage: Stage<RaftStore, Answer> = {
  declaration: () => raftStore,
  run(kind, seed) {
    const calm = calmRun(seed);
    if (kind === "divided") return dividedRun(seed);
    if (kind === "late") return { ...calm, latency: "0.7*uniform:1,10+0.3*uniform:10,120", duplication: 0.2, loss: 0.05 };
    return { ...calm, diskWrite: "uniform:1,20", calmAt: 1500, schedule: crashes(seed, 3) };
  },
  protocol(ask) {
    // Implementations differ in what their probes carry: this leader sends each of them without entries, too, as a heartbeat.
    const engine = rewire(raft({ machine: keyValue, batch: 3, inFlight: 3 }), (state, context) => ({
      send(to, message) {
        if (message.type === "AppendEntries" && "entries" in message && message.entries.length > 0 && state.progress[to]!.mode === "probe") context.send(to, { ...message, entries: [] });
        context.send(to, message);
      },
    }));
    const silent = rewire(engine, () => ({ send() {} }));
    // A message to which there is nothing to do but to follow its sender, and to carry out what is committed.
    const committing = (term: number, { log }: Follower, index: number): Append => ({ type: "AppendEntries", term, prevLogIndex: index, prevLogTerm: log[index - 1]?.term ?? 0, entries: [], leaderCommit: index });
    return {
      ...engine,
      onMessage(state, from, message, context) {
        if (message.type !== "AppendEntries" || message.term < state.currentTerm || !("entries" in message)) return engine.onMessage(state, from, message, context);
        silent.onMessage(state, from, committing(message.term, state, state.commitIndex), context);
        const { currentTerm, log, commitIndex } = state;
        const call = ask({
          part: { currentTerm, log, commitIndex } satisfies Follower,
          moment: `node ${from} sent it ${inWords(message)}`,
          context,
          use: (answer, own: Follower, recorder) => answer.onAppendEntries(own, from, message, recorder),
        });
        carryOut<RaftStore>({ ...call, state: {} }, {} as RaftStore["State"], context);
        Object.assign(state, call.state);
        const committed = state.commitIndex;
        if (committed <= commitIndex) return;
        state.commitIndex = commitIndex;
        silent.onMessage(state, from, committing(currentTerm, state, committed), context);
      },
    };
  },
  wrongWith,
  reword,
};

/** What makes a call unfit to be carried out. */
export function wrongWith(call: HandlerCall, before: object, size: number): string | undefined {
  if (call.failed !== undefined) return call.failed;
  const { currentTerm, log, commitIndex } = call.state as Follower;
  const old = before as Follower;
  if (currentTerm !== old.currentTerm) return `changed state.currentTerm from ${old.currentTerm} to ${JSON.stringify(currentTerm)}: terms are settled before it is called`;
  const entries = wrongEntries(log);
  if (entries !== undefined) return `left state.log as ${entries}`;
  if (!isCount(commitIndex)) return `left state.commitIndex as ${JSON.stringify(commitIndex)}, which is no index`;
  if (log.length < old.commitIndex) return `cut state.log to ${entriesOf(log.length)}, and ${old.commitIndex} were committed: nothing in a message of a leader can conflict with those`;
  if (commitIndex > log.length) return `left state.commitIndex at ${commitIndex} and a log of ${entriesOf(log.length)}`;
  const wrong = wrongEffect(call.effects, size, ["send", "append", "truncate"]);
  if (wrong !== undefined) return wrong;
  for (const effect of call.effects) {
    if (effect.type === "send" && !isAppendReply(effect.message)) return `sent ${JSON.stringify(effect.message)}, which is no AppendEntriesReply with all its fields`;
    if (effect.type === "truncate" && !isCount(effect.length)) return `cut the log on disk to the length ${JSON.stringify(effect.length)}, which is none`;
    if (effect.type === "append" && wrongEntries(effect.entries) !== undefined) return `appended to the log on disk ${wrongEntries(effect.entries)}`;
  }
  return undefined;
}

const entriesOf = (count: number): string => `${count} ${count === 1 ? "entry" : "entries"}`;

const inWords = ({ term, prevLogIndex, prevLogTerm, entries, leaderCommit }: Append): string =>
  `${entries.length === 0 ? "no entries" : entries.length === 1 ? "an entry" : entriesOf(entries.length)} of its log after entry ${prevLogIndex} of term ${prevLogTerm}, in term ${term}, with leaderCommit ${leaderCommit}`;
