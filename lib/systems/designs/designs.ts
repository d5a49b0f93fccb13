import type { Protocol } from "../../protocol.js";
import { abd } from "../../replication/abd/abd.js";
import { gossipPaxos } from "../../replication/gossipPaxos/gossipPaxos.js";
import { multiPaxos } from "../../replication/paxos/multiPaxos.js";
import { primaryBackup } from "../../replication/primaryBackup/primaryBackup.js";
import type { Degree } from "../../replication/primaryBackup/types.js";
import { quorumStore } from "../../replication/quorumStore/quorumStore.js";
import { dottedSiblings } from "../../replication/quorumStore/versioning.js";
import { raft } from "../../replication/raft/raft.js";
import type { ReadOptions } from "../../replication/raft/reads.js";
import { keyValue } from "../../replication/service/keyValue.js";
import type { Machine } from "../../replication/service/machine.js";
import type { Serving } from "../../replication/service/serving.js";
import { zab } from "../../replication/zab/zab.js";
import { shardedGroups } from "../hybrid/groups.js";
import { hybrid } from "../hybrid/hybrid.js";
import { shardOf } from "../hybrid/placeGroups.js";
import { alone, coordinated, leaderOfLog, oneNodes, otherReplicas, roundTrip, shared, zabLeader } from "./capacity.js";
import type { Design, Sizes, Variant } from "./design.js";

const served = (protocol: unknown) => protocol as Protocol<Serving>;

const raftFor = ({ timeout, heartbeat, batch }: Sizes, reads: ReadOptions["reads"], priority?: readonly number[]) =>
  raft({ machine: keyValue, electionTimeout: [timeout, 2 * timeout], heartbeat, batch, inFlight: Math.ceil(IN_FLIGHT / batch), preVote: true, checkQuorum: true, reads, ...(priority && { priority }) });

/** Commands under way between a leader and a follower before Raft waits. */
const IN_FLIGHT = 256;

const isLeader = ({ role }: { readonly role: string }) => role === "leader";

/** Raft in which a read costs a place in the log, a round of heartbeats, or trust in clocks. */
const raftWith = (reads: "log" | "index" | "lease"): Variant => ({
  guarantee: "linearizable",
  reads: "leader",
  writes: "leader",
  build: (sizes) => served(raftFor(sizes, reads)),
  capacity: ({ nodes, batch }, share, hardware) => (batch > 1 ? null : oneNodes({ read: reads === "lease" ? alone(hardware) : leaderOfLog(nodes, hardware), write: leaderOfLog(nodes, hardware) }, share)),
});

/** Raft whose nodes answer reads from what they have; a client's put may not have come to the node that it reads from. */
const anywhere: Variant = {
  guarantee: "prefix",
  reads: "nearest",
  writes: "leader",
  build: (sizes) => served(raftFor(sizes, "local")),
  capacity: ({ nodes, batch }, reads, hardware) => (batch > 1 ? null : oneNodes({ read: alone(hardware) / nodes, write: leaderOfLog(nodes, hardware) }, reads)),
};

const backedUp = (acknowledge: Degree): Variant => ({
  guarantee: acknowledge === "asynchronous" ? "lossy" : "linearizable",
  reads: "leader",
  writes: "leader",
  build: ({ timeout, heartbeat }) => served(primaryBackup(keyValue, { acknowledge, fencing: "majority", timeout: 1.5 * timeout, heartbeat })),
  capacity: ({ nodes }, reads, hardware) => (acknowledge === "asynchronous" ? oneNodes({ read: alone(hardware), write: alone(hardware) }, reads) : oneNodes({ read: leaderOfLog(nodes, hardware), write: leaderOfLog(nodes, hardware) }, reads)),
});

const zabWith = (reads: "log" | "local"): Variant => ({
  guarantee: reads === "log" ? "linearizable" : "sequential",
  reads: "nearest",
  writes: "nearest",
  build: ({ timeout, heartbeat }) => served(zab({ machine: keyValue as Machine<unknown, unknown, unknown>, reads, patience: 1.5 * timeout, tick: heartbeat })),
  capacity: ({ nodes }, share, hardware) => oneNodes({ read: reads === "log" ? zabLeader(nodes, hardware) : alone(hardware) / nodes, write: zabLeader(nodes, hardware) }, share),
});

/** Demand on all nodes together: a put reads first, is counted by a replica, and is stored with all. */
const storeWith = (quorum: (replicas: number) => number, guarantee: Variant["guarantee"]): Variant => ({
  guarantee,
  reads: "nearest",
  writes: "nearest",
  build: ({ replicas, retry, preference }) => served(quorumStore({ versioning: dottedSiblings, n: replicas, r: quorum(replicas), w: quorum(replicas), patience: retry, ...(preference && { preference }) })),
  capacity({ nodes, replicas }, reads, hardware) {
    const copies = Math.min(replicas, nodes);
    const others = otherReplicas(copies, nodes);
    const isReplica = copies / nodes;
    // A put that waits for one copy goes on when its coordinator comes to its own: by then half of the others have been asked.
    const asked = quorum(copies) === 1 ? others - (isReplica * (copies - 1)) / 2 : others;
    return shared({ read: coordinated(1, others, hardware), write: alone(hardware) + (asked + (1 - isReplica) + others) * roundTrip(hardware) }, reads, nodes);
  },
});

const sharded = (reads: "index" | "lease" | "local"): Variant => ({
  guarantee: reads === "local" ? "prefix" : "linearizable",
  reads: reads === "local" ? "nearest" : "leader",
  writes: "leader",
  build: (sizes) => served(shardedGroups({ shards: sizes.shards, replicas: Math.min(sizes.replicas, sizes.nodes), member: ({ priority }) => raftFor(sizes, reads, priority) as never })),
  capacity({ nodes, replicas, batch }, share, hardware) {
    if (batch > 1) return null;
    const logged = coordinated(1, Math.min(replicas, nodes) - 1, hardware);
    return shared({ read: reads === "index" ? logged : alone(hardware), write: logged }, share, nodes);
  },
});

/** Every replication design of this course, as a store of keys and values. */
export const designs: readonly Design[] = [
  { name: "raft", leadership: "one leader", strong: raftWith("index"), weak: anywhere, leads: isLeader },
  { name: "raft-lease", leadership: "one leader", strong: raftWith("lease"), leads: isLeader },
  { name: "raft-log", leadership: "one leader", strong: raftWith("log"), leads: isLeader },
  {
    name: "multi-paxos",
    leadership: "one leader",
    leads: isLeader,
    strong: {
      guarantee: "linearizable",
      reads: "leader",
      writes: "leader",
      build: ({ timeout, heartbeat }) => served(multiPaxos({ machine: keyValue, electionTimeout: [timeout, 2 * timeout], heartbeat })),
      capacity: ({ nodes }, reads, hardware) => oneNodes({ read: leaderOfLog(nodes, hardware), write: leaderOfLog(nodes, hardware) }, reads),
    },
  },
  { name: "zab", leadership: "one leader", strong: zabWith("log"), weak: zabWith("local"), leads: ({ role, phase }) => role === "leading" && phase === "broadcast" },
  { name: "primary-backup", leadership: "one leader", strong: backedUp("majority"), weak: backedUp("asynchronous"), leads: ({ role, fenced }) => role === "primary" && !fenced },
  { name: "sharded-raft", leadership: "a leader a shard", strong: sharded("index"), weak: sharded("local"), leads: ({ groups }: { groups: readonly ({ readonly role: string } | null)[] }) => groups.some((group) => group !== null && isLeader(group)), groupOf: (key, { shards }) => shardOf(key, shards) },
  {
    name: "hybrid",
    leadership: "a leader a shard",
    leads: ({ groups }: { groups: readonly ({ readonly role: string } | null)[] }) => groups.some((group) => group !== null && isLeader(group)),
    groupOf: (key, { shards }) => shardOf(key, shards),
    strong: {
      guarantee: "linearizable",
      reads: "leader",
      writes: "leader",
      build: ({ shards, replicas, timeout, heartbeat, batch }) => served(hybrid({ machine: keyValue, shards, replicas, swim: { period: timeout, pingTimeout: timeout / 3 }, raft: { electionTimeout: [timeout, 2 * timeout], heartbeat, batch, inFlight: IN_FLIGHT, reads: "index" } })),
      capacity: () => null,
    },
  },
  {
    name: "abd",
    leadership: "no leader",
    strong: {
      guarantee: "linearizable",
      reads: "nearest",
      writes: "nearest",
      build: ({ retry }) => served(abd({ retry })),
      capacity: ({ nodes }, reads, hardware) => shared({ read: coordinated(2, nodes - 1, hardware), write: coordinated(2, nodes - 1, hardware) }, reads, nodes),
    },
  },
  { name: "quorum-store", leadership: "no leader", weak: storeWith(() => 1, "eventual") },
  { name: "quorum-store-majority", leadership: "no leader", weak: storeWith((replicas) => Math.floor(replicas / 2) + 1, "regular") },
  {
    name: "gossip-paxos",
    leadership: "one leader",
    leads: ({ paxos }) => isLeader(paxos),
    strong: {
      guarantee: "linearizable",
      reads: "leader",
      writes: "leader",
      build: ({ timeout, heartbeat }) => served(gossipPaxos({ machine: keyValue, electionTimeout: [timeout, 2 * timeout], heartbeat })),
      capacity: () => null,
    },
  },
];
