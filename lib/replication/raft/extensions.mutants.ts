import type { Mutant } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { keyValue } from "../service/keyValue.js";
import { snapshotIndex } from "./log.js";
import { raftMembers } from "./membership.promises.js";
import { raft, type RaftRules } from "./raft.js";
import { raftLease, raftReadIndex } from "./reads.promises.js";
import type { RaftStore } from "./replication.promises.js";
import { raftSnapshots } from "./snapshots.promises.js";

type State = RaftStore["State"];

const PAPER = "Ongaro and Ousterhout 2014";
const DISSERTATION = "Ongaro 2014, dissertation";
const COMPLETE = "a leader's log has everything that was committed before its term";
const LINEARIZABLE = "the clients' history is linearizable";
const SAME_MACHINE = "machines that have carried out equally many entries are equal";

const members = (rules: Partial<RaftRules>) => () => raft({ machine: keyValue, batch: 4, inFlight: 3, snapshotAfter: 10, preVote: true, checkQuorum: true }, rules);
const readers = (rules: Partial<RaftRules>, checkQuorum = true) => () => raft({ machine: keyValue, batch: 4, inFlight: 3, preVote: true, checkQuorum, reads: "index", followerReads: true }, rules);

/** A server that has nothing but a snapshot takes the term of its last entry for 0. */
function termOfEmptyLog(): Protocol<RaftStore> {
  const sound = raftSnapshots.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      const { snapshot } = state;
      const empty = message.type === "RequestVote" && snapshot !== null && state.log.length === 0;
      if (empty) state.snapshot = { ...snapshot, term: 0 };
      sound.onMessage(state, from, message, context);
      if (empty) state.snapshot = snapshot;
    },
  };
}

/** Entries from before a follower's snapshot are put behind it. */
function behindTheSnapshot(): Protocol<RaftStore> {
  const sound = raftSnapshots.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      const shifted = message.type === "AppendEntries" && "entries" in message && message.prevLogIndex < snapshotIndex(state);
      sound.onMessage(state, from, shifted ? { ...message, prevLogIndex: snapshotIndex(state), prevLogTerm: state.snapshot!.term } : message, context);
    },
  };
}

/** Snapshots that leave something out. */
const forgetful = (sound: Protocol<RaftStore>, lessOf: (snapshot: NonNullable<State["snapshot"]>) => NonNullable<State["snapshot"]>): Protocol<RaftStore> =>
  rewire(sound, (_state, context) => ({
    compact: (count, snapshot) => context.compact(count, lessOf(snapshot)),
    send: (to, message) => context.send(to, message.type === "InstallSnapshot" ? { ...message, snapshot: lessOf(message.snapshot) } : message),
  }));

/** A follower answers reads from what it has carried out so far. */
function readsLocally(): Protocol<RaftStore> {
  const sound = raftReadIndex.engine();
  return {
    ...sound,
    onInput(state, input, context) {
      if (input.type !== "request" || !keyValue.reads(input.command) || state.role === "leader") return sound.onInput!(state, input, context);
      context.output({ type: "answer", client: input.client, serial: input.serial, result: keyValue.apply(state.sessions.machine, input.command, () => {}) });
    },
  };
}

/** A lease outlives the wish to hand over. Heartbeats are rare, so that a leader that has been replaced is not told at once. */
function keepsLease(): Protocol<RaftStore> {
  const sound = raft({ machine: keyValue, batch: 4, inFlight: 3, preVote: true, checkQuorum: true, reads: "lease", followerReads: true, electionTimeout: [600, 700], heartbeat: 500 });
  const kept = (state: State, handle: () => void) => {
    const { leaseUntil } = state;
    handle();
    if (state.role === "leader" && state.leaseGivenUp) Object.assign(state, { leaseGivenUp: false, leaseUntil: state.leaseUntil ?? leaseUntil });
  };
  return {
    ...sound,
    onMessage: (state, from, message, context) => kept(state, () => sound.onMessage(state, from, message, context)),
    onTimer: (state, timer, context) => kept(state, () => sound.onTimer!(state, timer, context)),
    onInput: (state, input, context) => kept(state, () => sound.onInput!(state, input, context)),
  };
}

/** Raft's snapshots, membership changes and reads with one rule broken, each as somebody has broken it before. */
export const raftExtensionMutants: readonly Mutant<RaftStore>[] = [
  { name: "empty-log-term-zero", engine: raftSnapshots.name, bug: "with nothing behind its snapshot, a server takes its last term for 0", source: `${PAPER}, §5.4.1 and §7; made by real implementations`, caughtBy: COMPLETE, broken: termOfEmptyLog },
  { name: "behind-the-snapshot", engine: raftSnapshots.name, bug: "entries from before a follower's snapshot are put behind it", source: `${PAPER}, §7; made by real implementations`, caughtBy: "where two logs have an entry of one index and term, they are the same up to there", broken: behindTheSnapshot },
  { name: "snapshot-without-sessions", engine: raftSnapshots.name, bug: "a snapshot leaves out what clients were answered", source: `${DISSERTATION}, §6.3; made by real implementations`, caughtBy: SAME_MACHINE, broken: () => forgetful(raftSnapshots.engine(), (snapshot) => ({ ...snapshot, sessions: { ...snapshot.sessions, last: {} } })) },
  { name: "one-step-for-all", engine: raftMembers.name, bug: "several voters are changed in one step", source: `${DISSERTATION}, §4.1, Figure 4.3`, caughtBy: COMPLETE, broken: members({ isSingleStep: () => true }) },
  // Without check-quorum, so that a leader that was cut off goes on for long enough to be asked.
  { name: "reads-unconfirmed", engine: raftReadIndex.name, bug: "a leader reads without asking whether it still leads", source: `${DISSERTATION}, §6.4, step 3`, caughtBy: LINEARIZABLE, broken: readers({ confirmed: () => true }, false), under: { tolerates: ["partition"], sizes: [3], calm: 4000, endings: [] } },
  { name: "reads-too-early", engine: raftReadIndex.name, bug: "a leader reads before it has committed anything of its term", source: `${DISSERTATION}, §6.4, step 1; made by real implementations`, caughtBy: LINEARIZABLE, broken: readers({ knowsCommitted: () => true }) },
  { name: "reads-locally", engine: raftReadIndex.name, bug: "a follower reads what it has, without asking its leader", source: `${DISSERTATION}, §6.4, the last paragraph`, caughtBy: LINEARIZABLE, broken: readsLocally },
  {
    name: "lease-kept",
    engine: raftLease.name,
    bug: "a leader that has asked another to stand reads on under its lease",
    source: `${DISSERTATION}, §3.10 and §6.4.1; made by real implementations`,
    caughtBy: LINEARIZABLE,
    broken: keepsLease,
    under: { tolerates: ["cut", "partition"], sizes: [3], inputs: (random) => ({ type: "transfer", to: Math.floor(3 * random()) }), calm: 2500, endings: [] },
  },
];

