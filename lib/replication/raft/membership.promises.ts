import { unfollowed } from "../../election/leaderPromises.js";
import type { Declaration, Progress, Reachable } from "../../promises.js";
import { keyValue } from "../service/keyValue.js";
import { isVoter, membersOf } from "./configuration.js";
import { raft } from "./raft.js";
import { allEqual, configurationOf, electingStably, ofElections, ofReplication, raftReplicationStable, type RaftStore, replicationReachables } from "./replication.promises.js";
import { snapshotReachables } from "./snapshots.promises.js";

const DISSERTATION = "Ongaro 2014, dissertation";

const reachables: readonly Reachable<RaftStore>[] = [
  { name: "a voter added or removed in a single step", afterStep: ({ state }) => state.configurationIndex > 0 && state.configuration.outgoing === undefined && state.log.some(({ configuration }) => configuration !== undefined) },
  { name: "a joint configuration", afterStep: ({ state }) => state.configuration.outgoing !== undefined },
  { name: "a joint configuration left", afterStep: ({ state: { log } }) => log.some(({ configuration }, i) => configuration?.outgoing && log.slice(i + 1).some((later) => later.configuration && !later.configuration.outgoing)) },
  { name: "a leader that is no voter", afterStep: ({ id, state }) => state.role === "leader" && !isVoter(state.configuration, id) },
  { name: "a leader that has removed itself steps down", afterStep: ({ id, up, state }) => up && state.role === "follower" && !isVoter(state.configuration, id) && state.progress.length > 0 && state.configurationIndex <= state.commitIndex },
  { name: "a learner sent the log", afterStep: ({ id, state }) => (state.configuration.learners?.includes(id) ?? false) && state.commitIndex >= state.configurationIndex },
  { name: "a configuration replaced by another leader's", overall: (nodes) => nodes.some(({ up, disk, state }) => up && disk.log.some(({ configuration }, i) => configuration !== undefined && state.log[i] !== undefined && state.log[i]!.term !== disk.log[i]!.term)) },
  { name: "a successor asked to stand", onSend: (_from, _to, message) => message.type === "TimeoutNow" },
  { name: "a successor elected", afterStep: ({ state }) => state.role === "candidate" && state.heardFromLeader !== null },
];

const oneLeaderForMembers: Progress<RaftStore> = {
  name: "when the faults end, one leader is followed by all members",
  source: `${DISSERTATION}, §4.2`,
  missing(nodes) {
    const newest = nodes.filter(({ up, state }) => up && state.role === "leader").sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0];
    if (!newest) return "nobody leads";
    const members = membersOf(configurationOf(nodes));
    const strangers = nodes.filter(({ id, state }) => members.includes(id) && (state.leader !== newest.id || state.currentTerm !== newest.state.currentTerm));
    return unfollowed(newest.id, strangers, ` term ${newest.state.currentTerm}`);
  },
};

/** Raft whose members change while it runs, and whose leaders hand over. */
export const raftMembers: Declaration<RaftStore> = {
  ...raftReplicationStable,
  name: "raft-members",
  summary: "Raft whose voters and learners change while it runs, with snapshots and leadership transfer",
  source: `${DISSERTATION}, chapter 4 and §3.10`,
  engine: () => raft({ machine: keyValue, batch: 4, inFlight: 3, snapshotAfter: 10, preVote: true, checkQuorum: true }),
  sizes: [3, 4, 5],
  invariants: [...ofElections(electingStably), ...ofReplication],
  reachables: [...replicationReachables, ...snapshotReachables, ...reachables],
  progress: [oneLeaderForMembers, allEqual],
  endings: [],
  inputs(random) {
    const node = () => Math.floor(5 * random());
    if (random() < 0.3) return { type: "transfer", to: node() };
    const voters = [0, 1, 2, 3, 4].filter(() => random() < 0.7);
    const learners = [0, 1, 2, 3, 4].filter((each) => !voters.includes(each) && random() < 0.5);
    return { type: "reconfigure", voters, learners };
  },
};
