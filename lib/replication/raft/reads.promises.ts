import type { Declaration, Reachable } from "../../promises.js";
import { keyValue } from "../service/keyValue.js";
import { raft } from "./raft.js";
import { raftReplicationStable, type RaftStore, replicationReachables } from "./replication.promises.js";

const DISSERTATION = "Ongaro 2014, dissertation";

const shared: readonly Reachable<RaftStore>[] = [
  { name: "a read that waits for a quorum's word", afterStep: ({ state }) => state.role === "leader" && state.reads.some(({ round }) => round > 0) },
  { name: "a read that waits for the first entry of its leader's term", afterStep: ({ state }) => state.role === "leader" && state.reads.some(({ index }) => index === null) },
  { name: "a follower told what it must have carried out", onSend: (_from, _to, message) => message.type === "ReadIndexReply" },
  { name: "a follower that knows the index and is not that far", afterStep: ({ state }) => state.role === "follower" && state.reads.some(({ index }) => index !== null && index > state.lastApplied) },
];

/** Raft that reads without the log. */
export const raftReadIndex: Declaration<RaftStore> = {
  ...raftReplicationStable,
  name: "raft-read-index",
  summary: "Raft that reads without the log, by its leader's index, at followers too",
  source: `${DISSERTATION}, §6.4`,
  engine: () => raft({ machine: keyValue, batch: 4, inFlight: 3, preVote: true, checkQuorum: true, reads: "index", followerReads: true }),
  reachables: [...replicationReachables.filter(({ name }) => name !== "a request refused"), ...shared],
};

/** Raft whose leader reads at once while it holds a lease. Clocks may run at rates up to a twentieth too fast or too slow; they may not jump. */
export const raftLease: Declaration<RaftStore> = {
  ...raftReadIndex,
  name: "raft-lease",
  summary: "Raft whose leader reads at once while nobody else can have been elected, as clocks tell",
  source: `${DISSERTATION}, §6.4.1`,
  engine: () => raft({ machine: keyValue, batch: 4, inFlight: 3, preVote: true, checkQuorum: true, reads: "lease", followerReads: true }),
  tolerates: raftReplicationStable.tolerates.filter((fault) => fault !== "clock-skew"),
  inputs: (random) => ({ type: "transfer", to: Math.floor(5 * random()) }),
  reachables: [...raftReadIndex.reachables, { name: "a lease", afterStep: ({ state }) => state.role === "leader" && state.leaseUntil !== null }, { name: "a lease given up for a successor", afterStep: ({ state }) => state.role === "leader" && state.leaseGivenUp }],
};
