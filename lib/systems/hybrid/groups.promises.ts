import type { Declaration, Service } from "../../promises.js";
import { raft } from "../../replication/raft/raft.js";
import { raftReplicationStable, type RaftStore } from "../../replication/raft/replication.promises.js";
import { snapshotReachables } from "../../replication/raft/snapshots.promises.js";
import { keyValue, type KeyValueCommand, keyValueClients } from "../../replication/service/keyValue.js";
import type { Request } from "../../replication/service/machine.js";
import { shardedGroups, type ShardedGroupsOptions } from "./groups.js";
import type { Groups } from "./groupTypes.js";
import { groupsAlone, ofEachGroup } from "./ofEachGroup.js";

/** Raft groups with the key-value store, one a shard. */
export type RaftGroups = Groups<RaftStore>;

/** Clients of a store in shards: keys of several of them, a third of it reads, every value written once. */
export const shardedClients: Omit<Service<RaftGroups>, "consistency"> = {
  ...(keyValueClients as unknown as Omit<Service<RaftGroups>, "consistency">),
  request(client, serial, random): Request<KeyValueCommand> {
    const key = "abcde"[Math.floor(5 * random() * random())]!;
    const draw = random();
    const value = `${client}.${serial} `;
    return { type: "request", client, serial, command: draw < 0.4 ? { op: "get", key } : draw < 0.7 ? { op: "put", key, value } : { op: "append", key, value } };
  },
};

/** How hostile runs tune it. */
export const TUNED: ShardedGroupsOptions<RaftStore> = { shards: 3, replicas: 3, member: ({ priority }) => raft({ machine: keyValue, batch: 4, inFlight: 3, snapshotAfter: 10, preVote: true, checkQuorum: true, priority }) };

const { invariant, reachable, progress, membersOf } = ofEachGroup<RaftGroups, RaftStore>(groupsAlone);

/** One Raft group a shard. */
export const raftGroups: Declaration<RaftGroups> = {
  name: "raft-groups",
  summary: "one Raft group a shard on the same nodes, with a key-value store and its clients",
  source: "Corbett et al., Spanner: Google's globally-distributed database, OSDI 2012, §2.1; Ongaro and Ousterhout 2014, §5",
  engine: () => shardedGroups(TUNED),
  tolerates: raftReplicationStable.tolerates,
  sizes: [3, 4, 5],
  invariants: raftReplicationStable.invariants.map(invariant),
  reachables: [
    ...[...raftReplicationStable.reachables, ...snapshotReachables].map(reachable),
    { name: "one node leads two groups", afterStep: ({ up, state: { groups } }) => up && groups.filter((group) => group?.role === "leader").length > 1 },
    { name: "three nodes lead a group each", overall: (nodes) => nodes.filter(({ up, state: { groups } }) => up && groups.some((group) => group?.role === "leader")).length === 3 },
    { name: "a group without a leader beside one that has one", overall: (nodes) => nodes.some(({ up }) => up) && new Set([0, 1, 2].map((shard) => membersOf(nodes, shard).some(({ up, state }) => up && state.role === "leader"))).size > 1 },
  ],
  progress: raftReplicationStable.progress.map(progress),
  probe: ({ groups }) => (groups.some((group) => group?.role === "leader") ? "leader" : "follower"),
  roles: raftReplicationStable.roles!,
  service: { ...shardedClients, consistency: "linearizable" },
  calm: raftReplicationStable.calm,
};
