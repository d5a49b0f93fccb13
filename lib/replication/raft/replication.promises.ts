import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { keyValue, type KeyValueCommand, keyValueClients, type KeyValueResult, type KeyValueState } from "../service/keyValue.js";
import { type Configuration, membersOf } from "./configuration.js";
import { entryAt, lastIndex, snapshotIndex, termAt } from "./log.js";
import { raft } from "./raft.js";
import { LEADER_UP_TO_DATE, raftElection, raftElectionStable } from "./raft.promises.js";
import type { ReplicatedRaft } from "./replicatedTypes.js";

/** Raft with the key-value store. */
export type RaftStore = ReplicatedRaft<KeyValueState, KeyValueCommand, KeyValueResult>;

const PAPER = "Ongaro and Ousterhout 2014";

const said = ({ command, configuration }: RaftStore["Entry"]) => (configuration ? JSON.stringify(configuration) : JSON.stringify(command));

/** The same of an entry on a disk, which is a copy that nobody changes: put into words once. */
function saidOnDisk(entry: RaftStore["Entry"]): string {
  let words = wordsOnDisk.get(entry);
  if (words === undefined) wordsOnDisk.set(entry, (words = said(entry)));
  return words;
}
const wordsOnDisk: WeakMap<RaftStore["Entry"], string> = new WeakMap();

/** What an invariant looks at of a log, on disk or in memory. */
type Log = Pick<RaftStore["State"], "log"> & { readonly snapshot?: RaftStore["State"]["snapshot"] | undefined };
const logOf = ({ log, snapshot }: NodeView<RaftStore>["disk"]): Log => ({ log: log as RaftStore["Entry"][], snapshot });
const written = (entry: RaftStore["Entry"]) => `${said(entry)} of term ${entry.term}`;

/** A node's lives, from 0, are what lies between its crashes: what it had only in memory, and told nobody, may be different in the next. */
function lifeOf(id: number, up: boolean, facts: Facts): number {
  const life = Number(facts.known("life of node", id) ?? 0);
  if (!up) facts.rises("life of node", id, life + 1);
  return life;
}

const leaderAppendOnly: Invariant<RaftStore> = {
  name: "a leader never takes anything out of its log",
  source: `${PAPER}, Figure 3, leader append-only`,
  afterStep({ id, up, state }, facts) {
    const life = lifeOf(id, up, facts);
    if (up && state.role === "leader") facts.rises("length of the leader's log", `node ${id} in its life ${life}, in term ${state.currentTerm}`, lastIndex(state));
  },
};

const logMatching: Invariant<RaftStore> = {
  name: "where two logs have an entry of one index and term, they are the same up to there",
  source: `${PAPER}, Figure 3, log matching`,
  afterStep({ disk }, facts) {
    const log = logOf(disk);
    // What is not on disk yet, nobody was told of. An entry, its term and the term before it: that all of them agree makes whole beginnings agree.
    for (let index = lastIndex(log); index > Math.max(snapshotIndex(log), lastIndex(log) - LOOKED_AT); index--) {
      const entry = entryAt(log, index)!;
      facts.agree("entry", `${index} of term ${entry.term}`, `${saidOnDisk(entry)} after term ${termAt(log, index - 1)}`);
    }
  },
};

/** How many entries at a log's end are compared at each step; a step adds few. */
const LOOKED_AT = 8;

const committedStays: Invariant<RaftStore> = {
  name: "what is committed at an index is committed there for ever, on every node",
  source: `${PAPER}, Figure 3, state machine safety`,
  afterStep({ id, up, state }, facts) {
    if (!up) return;
    const { commitIndex } = state;
    const known = Number(facts.known("looked at on node", id) ?? 0);
    // What a snapshot stands for shows no more; the machine that it is, is compared by another promise.
    for (let index = Math.max(Math.min(known, commitIndex), snapshotIndex(state)) + 1; index <= commitIndex; index++) facts.agree("committed at index", index, written(entryAt(state, index)!));
    if (commitIndex > known) facts.rises("looked at on node", id, commitIndex);
  },
};

const leaderComplete: Invariant<RaftStore> = {
  name: "a leader's log has everything that was committed before its term",
  source: `${PAPER}, Figure 3, leader completeness`,
  concerns: ({ state }) => state.role === "leader",
  overall(nodes, facts) {
    for (const { up, id, state } of nodes) {
      if (!up || state.role !== "leader" || facts.known("complete", state.currentTerm) !== undefined) continue;
      facts.agree("complete", state.currentTerm, id);
      for (let index = 1, last = Number(facts.known("last committed", 0) ?? 0); index <= last; index++) {
        const committed = facts.known("committed", index);
        if (committed === undefined || Number(facts.known("committed in term", index)) >= state.currentTerm || index <= snapshotIndex(state)) continue;
        const own = entryAt(state, index);
        facts.must(own !== undefined && `${own.term} ${said(own)}` === committed, () => `node ${id} leads term ${state.currentTerm}, and at index ${index} has ${own ? `an entry of term ${own.term}` : "nothing"} where one of term ${String(committed).split(" ")[0]} is committed`);
      }
    }
  },
  afterStep({ up, state }, facts) {
    if (!up) return;
    const { commitIndex, currentTerm } = state;
    for (let index = commitIndex; index > snapshotIndex(state) && facts.known("committed", index) === undefined; index--) {
      const entry = entryAt(state, index)!;
      facts.agree("committed", index, `${entry.term} ${said(entry)}`);
      facts.agree("committed in term", index, currentTerm);
    }
    if (commitIndex > Number(facts.known("last committed", 0) ?? 0)) facts.rises("last committed", 0, commitIndex);
  },
};

const committedIsHeld: Invariant<RaftStore> = {
  name: "what is answered is on the disks of a majority",
  source: `${PAPER}, §5.3`,
  onSend({ id, disk }, _to, message, facts) {
    if (message.type !== "AppendEntriesReply" || !message.success || !("matchIndex" in message)) return;
    facts.must(lastIndex(logOf(disk)) >= message.matchIndex, () => `node ${id} says that it has ${message.matchIndex} entries, its disk has ${lastIndex(logOf(disk))}`);
  },
};

const acknowledgedKept: Invariant<RaftStore> = {
  name: "a follower keeps what it has acknowledged to its leader",
  source: `${PAPER}, Figure 2, matchIndex`,
  onSend({ id }, to, message, facts) {
    if (id !== to && message.type === "AppendEntriesReply" && message.success && "matchIndex" in message) facts.rises("acknowledged by node", `${id} in term ${message.term}`, Math.max(message.matchIndex, Number(facts.known("acknowledged by node", `${id} in term ${message.term}`) ?? 0)));
  },
  afterStep({ id, up, state, disk }, facts) {
    if (!up) return;
    const acknowledged = Number(facts.known("acknowledged by node", `${id} in term ${state.currentTerm}`) ?? 0);
    facts.must(lastIndex(logOf(disk)) >= acknowledged, () => `node ${id} has acknowledged ${acknowledged} entries in term ${state.currentTerm}, its disk has ${lastIndex(logOf(disk))}`);
  },
};

const commitRises: Invariant<RaftStore> = {
  name: "a running node's commit index never falls, and is never beyond its log",
  source: `${PAPER}, Figure 2, commitIndex`,
  afterStep({ id, up, state }, facts) {
    const life = lifeOf(id, up, facts);
    if (!up) return;
    const { commitIndex, lastApplied } = state;
    facts.rises("commit index of", `node ${id} in its life ${life}`, commitIndex);
    facts.must(commitIndex <= lastIndex(state), () => `node ${id} takes ${commitIndex} entries for committed and has ${lastIndex(state)}`);
    facts.must(lastApplied <= commitIndex, () => `node ${id} has carried out ${lastApplied} entries, and ${commitIndex} are committed`);
  },
};

const sameMachine: Invariant<RaftStore> = {
  name: "machines that have carried out equally many entries are equal",
  source: `${PAPER}, §2 and Figure 3, state machine safety`,
  afterStep({ id, up, state: { lastApplied, sessions } }, facts) {
    const life = lifeOf(id, up, facts);
    const who = `node ${id} in its life ${life}`;
    // Between two entries a machine does not change.
    if (!up || lastApplied === 0 || facts.known("carried out by", who) === lastApplied) return;
    facts.agree("machine after entry", lastApplied, JSON.stringify(sessions.machine, Object.keys(sessions.machine).sort()));
    if (lastApplied > Number(facts.known("carried out by", who) ?? 0)) facts.rises("carried out by", who, lastApplied);
  },
};

export const replicationReachables: readonly Reachable<RaftStore>[] = [
  { name: "ten entries committed", afterStep: ({ state }) => state.commitIndex >= 10 },
  { name: "a follower's entries replaced by another leader's", onSend: (_from, _to, message) => message.type === "AppendEntriesReply" && !message.success && "conflictTerm" in message && message.conflictTerm !== null },
  { name: "a follower whose log is too short", onSend: (_from, _to, message) => message.type === "AppendEntriesReply" && !message.success && "conflictTerm" in message && message.conflictTerm === null },
  { name: "several entries in one message", onSend: (_from, _to, message) => message.type === "AppendEntries" && "entries" in message && message.entries.length > 1 },
  { name: "two messages with entries under way to one follower", afterStep: ({ state }) => state.role === "leader" && state.progress.some(({ inFlight }) => inFlight.length > 1) },
  {
    name: "a majority has an entry of an older term that is not committed",
    concerns: ({ state }) => state.role === "leader",
    overall: (nodes) =>
      nodes.some(({ up, state }) => up && state.role === "leader" && state.log.some((entry, i) => i >= state.commitIndex && entry.term < state.currentTerm && 2 * nodes.filter((other) => other.disk.log[i]?.term === entry.term).length > nodes.length)),
  },
  { name: "a request that is in the log twice", afterStep: ({ state: { log } }) => log.length > 1 && log.slice(0, -1).some(({ command }) => command !== null && command.client === log.at(-1)!.command?.client && command.serial === log.at(-1)!.command?.serial) },
  { name: "a request refused", afterStep: ({ state }) => state.role !== "leader" && state.leader !== null },
];

/** Who belongs to the cluster, as the leader of the newest term knows it; where nobody leads, as node 0 does. */
export function configurationOf(nodes: readonly NodeView<RaftStore>[]): Configuration {
  const leaders = nodes.filter(({ up, state }) => up && state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm);
  return (leaders[0] ?? nodes[0]!).state.configuration;
}

export const allEqual: Progress<RaftStore> = {
  name: "when the faults end, all logs become one, and all of it is carried out",
  source: `${PAPER}, §5.3`,
  missing(nodes: readonly NodeView<RaftStore>[]) {
    const members = membersOf(configurationOf(nodes));
    const all = nodes.filter(({ id }) => members.includes(id)).map(({ id, state }) => ({ id, state, last: lastIndex(state) }));
    const from = Math.max(...all.map(({ state }) => snapshotIndex(state)));
    const ends = new Set(all.map(({ state }) => JSON.stringify([lastIndex(state), state.log.slice(Math.max(0, from - snapshotIndex(state)))])));
    if (ends.size > 1) return "logs still differ";
    const behind = all.filter(({ state, last }) => state.lastApplied < last);
    return behind.length > 0 ? `${behind.map(({ id, state, last }) => `node ${id} has carried out ${state.lastApplied} of ${last} entries`).join(", ")}` : undefined;
  },
};

const electing = raftElection as unknown as Declaration<RaftStore>;
export const electingStably = raftElectionStable as unknown as Declaration<RaftStore>;

/** Of the promises of an election without replication, those that hold with it: a node that voted may have gone on, and received more, before its candidate hears of the vote. */
export const ofElections = ({ invariants }: Declaration<RaftStore>) => invariants.filter(({ name }) => name !== LEADER_UP_TO_DATE);
export const ofReplication = [leaderAppendOnly, logMatching, committedStays, leaderComplete, committedIsHeld, acknowledgedKept, commitRises, sameMachine];

/** Raft with a key-value store: elections and log replication. */
export const raftReplication: Declaration<RaftStore> = {
  name: "raft",
  summary: "Raft: a log replicated by an elected leader, with a key-value store and its clients",
  source: `${PAPER}, §5`,
  engine: () => raft({ machine: keyValue, batch: 4, inFlight: 3 }),
  tolerates: electing.tolerates,
  sizes: [1, 3, 3, 5, 5],
  invariants: [...ofElections(electing), ...ofReplication],
  reachables: replicationReachables,
  progress: [...electing.progress, allEqual],
  endings: electing.endings!,
  probe: ({ role }) => role,
  roles: electing.roles!,
  service: { ...keyValueClients, consistency: "linearizable" },
  calm: 8000,
};

/** The same with pre-vote and check-quorum. */
export const raftReplicationStable: Declaration<RaftStore> = {
  ...raftReplication,
  name: "raft-stable",
  summary: "Raft with pre-vote and check-quorum, with a key-value store and its clients",
  source: "Ongaro, Consensus: Bridging Theory and Practice, Stanford 2014",
  engine: () => raft({ machine: keyValue, batch: 4, inFlight: 3, preVote: true, checkQuorum: true }),
  invariants: [...ofElections(electingStably), ...ofReplication],
  endings: electingStably.endings!,
};
