import type { Declaration, Reachable } from "../../promises.js";
import { keyValue } from "../service/keyValue.js";
import { lastIndex, snapshotIndex } from "./log.js";
import { raft } from "./raft.js";
import { raftReplication, type RaftStore, replicationReachables } from "./replication.promises.js";

/** What shows that snapshots do their work. */
export const snapshotReachables: readonly Reachable<RaftStore>[] = [
  { name: "a snapshot taken", afterStep: ({ state }) => state.snapshot !== null },
  { name: "a snapshot sent", onSend: (_from, _to, message) => message.type === "InstallSnapshot" },
  { name: "a node that starts from a snapshot with entries behind it", afterStep: ({ up, disk }) => !up && disk.snapshot !== undefined && disk.log.length > 0 },
  { name: "entries sent from before the follower's snapshot", overall: (nodes) => nodes.some(({ up, state }) => up && state.role === "leader" && nodes.some((other) => other.up && other.id !== nodes[0]!.id && snapshotIndex(other.state) >= (state.progress[other.id]?.next ?? Infinity))), concerns: ({ state }) => state.role === "leader" },
  { name: "a log of snapshot alone", afterStep: ({ state }) => state.log.length === 0 && lastIndex(state) > 0 },
];

/** Raft that puts a snapshot in the place of what it has carried out. */
export const raftSnapshots: Declaration<RaftStore> = {
  ...raftReplication,
  name: "raft-snapshots",
  summary: "Raft with snapshots: after six entries what the machine has become takes their place",
  source: "Ongaro and Ousterhout 2014, §7",
  engine: () => raft({ machine: keyValue, batch: 4, inFlight: 3, snapshotAfter: 6 }),
  reachables: [...replicationReachables, ...snapshotReachables],
};
