import type { Mutant } from "../../promises.js";
import type { Context, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { keyValue } from "../service/keyValue.js";
import { lastIndex, lastTerm, termAt } from "./log.js";
import { majority } from "./quorum.js";
import { raft } from "./raft.js";
import type { AppendEntries } from "./replicatedTypes.js";
import { raftReplication, type RaftStore } from "./replication.promises.js";

type State = RaftStore["State"];
type Append = AppendEntries<unknown> & RaftStore["Message"];

/** Raft in which what a leader sends of its log is heard wrongly, or not quite as it should be. */
function mishearing(hear: (state: State, message: Append, context: Context<RaftStore>) => Append, afterwards?: (state: State, before: State["log"], context: Context<RaftStore>) => void): Protocol<RaftStore> {
  const sound = raftReplication.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      if (message.type !== "AppendEntries" || message.term < state.currentTerm) return sound.onMessage(state, from, message, context);
      const before = [...state.log];
      sound.onMessage(state, from, hear(state, message as Append, context), context);
      afterwards?.(state, before, context);
    },
  };
}

const matches = (state: State, { prevLogIndex, prevLogTerm }: Append) => termAt(state, prevLogIndex) === prevLogTerm;

/** What a majority has is committed, whatever its term. */
function countingReplicas(): Protocol<RaftStore> {
  // An entry a message: the new leader's own first entry does not come along with the old ones.
  const sound = raft({ machine: keyValue, batch: 1, inFlight: 3 });
  return {
    ...sound,
    onMessage(state, from, message, context) {
      sound.onMessage(state, from, message, context);
      if (state.role !== "leader") return;
      const index = state.progress.map(({ match }) => match).sort((a, b) => b - a)[majority(context.size) - 1]!;
      if (index > state.commitIndex) commitAs(sound, state, index, context);
    },
  };
}

/** Lets an entry pass for one of the leader's own term while the commit index is looked at. */
function commitAs(sound: Protocol<RaftStore>, state: State, index: number, context: Context<RaftStore>): void {
  const entry = state.log[index - 1]!;
  state.log[index - 1] = { ...entry, term: state.currentTerm };
  const own = state.progress[context.self]!.match;
  sound.onMessage(state, context.self, { type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex: own }, context);
  state.log[index - 1] = entry;
}

/** Every asking counts as a request of its own: its number gets a fraction, by how long the log is. */
function withoutSessions(): Protocol<RaftStore> {
  const sound = rewire(raftReplication.engine(), (_state, context) => ({
    output: (output) => context.output(output.type === "answer" || output.type === "refused" ? { ...output, serial: Math.floor(output.serial) } : output),
  }));
  return { ...sound, onInput: (state, input, context) => sound.onInput!(state, input.type === "request" ? { ...input, serial: input.serial + lastIndex(state) / 1_000_000 } : input, context) };
}

const PAPER = "Ongaro and Ousterhout 2014";
const STATE_MACHINE_SAFETY = "what is committed at an index is committed there for ever, on every node";
const LOG_MATCHING = "where two logs have an entry of one index and term, they are the same up to there";

/** Raft's replication with one rule broken, each as somebody has broken it before. */
export const raftReplicationMutants: readonly Mutant<RaftStore>[] = [
  {
    name: "counts-replicas",
    bug: "an entry of an older term is committed by counting its replicas",
    source: `${PAPER}, §5.4.2 and Figure 8; made by real implementations`,
    caughtBy: "a leader's log has everything that was committed before its term",
    broken: countingReplicas,
  },
  {
    name: "heartbeat-commits",
    bug: "a heartbeat's commit index counts also for entries that the leader never matched",
    source: `${PAPER}, Figure 2, AppendEntries, rule 5; made by real implementations`,
    caughtBy: STATE_MACHINE_SAFETY,
    broken: () => mishearing((state, message) => (matches(state, message) ? message : { ...message, entries: [], prevLogIndex: lastIndex(state), prevLogTerm: lastTerm(state) })),
  },
  {
    name: "deletes-what-fits",
    bug: "what follows the entry before the new ones is deleted, also where it does not conflict",
    source: `${PAPER}, Figure 2, AppendEntries, rule 3; made by real implementations: a late message undoes a newer one`,
    caughtBy: "a follower keeps what it has acknowledged to its leader",
    broken: () =>
      mishearing((state, message, context) => {
        if (matches(state, message) && lastIndex(state) > message.prevLogIndex) {
          state.log.length = message.prevLogIndex;
          context.truncate(message.prevLogIndex);
        }
        return message;
      }),
  },
  {
    name: "stale-tail",
    bug: "a conflicting entry is replaced where it is, and those after it are kept",
    source: `${PAPER}, Figure 2, AppendEntries, rule 3; made by real implementations`,
    caughtBy: LOG_MATCHING,
    broken: () =>
      mishearing(
        (_state, message) => message,
        (state, before, context) => {
          const tail = before.slice(lastIndex(state));
          if (tail.length === 0) return;
          state.log.push(...tail);
          context.append(tail);
        },
      ),
  },
  {
    name: "no-consistency-check",
    bug: "new entries are appended whatever comes before them",
    source: `${PAPER}, §5.3, the consistency check left out`,
    caughtBy: LOG_MATCHING,
    broken: () =>
      mishearing((state, message) => {
        const prevLogIndex = Math.min(message.prevLogIndex, lastIndex(state));
        return { ...message, prevLogIndex, prevLogTerm: termAt(state, prevLogIndex)! };
      }),
  },
  {
    name: "applies-on-receipt",
    bug: "a follower carries out what it has received, committed or not",
    source: `${PAPER}, §5.3, the commit index left out; how the survey words it (2.2)`,
    caughtBy: "a leader's log has everything that was committed before its term",
    broken: () => mishearing((_state, message) => ({ ...message, leaderCommit: message.prevLogIndex + message.entries.length })),
  },
  {
    name: "skips-an-entry",
    bug: "where several entries are committed at once, one is not carried out",
    source: `${PAPER}, Figure 2, rule for all servers; made by real implementations that page through committed entries`,
    caughtBy: "machines that have carried out equally many entries are equal",
    broken: () =>
      mishearing((state, message) => {
        const committed = Math.min(message.leaderCommit, message.prevLogIndex + message.entries.length);
        if (matches(state, message) && committed - state.commitIndex >= 3) state.lastApplied++;
        return message;
      }),
  },
  {
    name: "no-sessions",
    bug: "a request that is asked again is carried out again",
    source: "Ongaro 2014, dissertation, §6.3; made by real implementations",
    caughtBy: "the clients' history is linearizable",
    broken: withoutSessions,
  },
].map((mutant) => ({ engine: raftReplication.name, ...mutant }));
