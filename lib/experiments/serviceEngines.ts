import type { Protocol } from "../protocol.js";
import { gossipPaxos } from "../replication/gossipPaxos/gossipPaxos.js";
import { multiPaxos } from "../replication/paxos/multiPaxos.js";
import { primaryBackup } from "../replication/primaryBackup/primaryBackup.js";
import { quorumStore } from "../replication/quorumStore/quorumStore.js";
import { dottedSiblings } from "../replication/quorumStore/versioning.js";
import { raft } from "../replication/raft/raft.js";
import type { Machine } from "../replication/service/machine.js";
import type { Serving } from "../replication/service/serving.js";
import { zab } from "../replication/zab/zab.js";

/** How patient every engine is. */
export interface ServicePatience {
  /** How long a follower bears a silent leader: Raft and Multi-Paxos draw it from [timeout, 2 · timeout], the others wait for the mean of that. In ms. */
  readonly timeout: number;
  /** Time between a leader's heartbeats, ms. */
  readonly heartbeat: number;
}

/** An engine with a single leader that carries any machine. */
export interface ServiceEngine {
  readonly name: string;
  build<State, Command, Result>(machine: Machine<State, Command, Result>, patience: ServicePatience): Protocol<Serving<Command, Result>>;
  /** Whether a node takes itself for a leader that can serve, and under which number (term, ballot, epoch, view); null if not. */
  leads(state: any): number | null;
}

/** The engines that one unchanged service runs on. */
export const serviceEngines: readonly ServiceEngine[] = [
  {
    name: "raft",
    build: (machine, { timeout, heartbeat }) => raft({ machine, electionTimeout: [timeout, 2 * timeout], heartbeat }) as Protocol<any>,
    leads: ({ role, currentTerm }) => (role === "leader" ? currentTerm : null),
  },
  {
    name: "multi-paxos",
    build: (machine, { timeout, heartbeat }) => multiPaxos({ machine, electionTimeout: [timeout, 2 * timeout], heartbeat }) as Protocol<any>,
    leads: ({ role, ballot }) => (role === "leader" ? ballot : null),
  },
  {
    name: "zab",
    build: (machine, { timeout, heartbeat }) => zab({ machine: machine as Machine<unknown, unknown, unknown>, patience: 1.5 * timeout, tick: heartbeat }) as Protocol<any>,
    leads: ({ role, phase, currentEpoch }) => (role === "leading" && phase === "broadcast" ? currentEpoch : null),
  },
  {
    name: "primary-backup",
    build: (machine, { timeout, heartbeat }) => primaryBackup(machine, { acknowledge: "majority", fencing: "majority", timeout: 1.5 * timeout, heartbeat }) as Protocol<any>,
    leads: ({ role, view, fenced }) => (role === "primary" && !fenced ? view : null),
  },
];

/**
 * Two more that the key-value service runs on: Multi-Paxos over gossip, whose proposer leads, and the quorum store, where
 * nobody does (any node may be taken for the one that crashes). The store carries no other machine: it knows keys and values.
 */
export const leaderlessEngines: readonly ServiceEngine[] = [
  {
    name: "gossip-paxos",
    build: (machine, { timeout, heartbeat }) => gossipPaxos({ machine, electionTimeout: [timeout, 2 * timeout], heartbeat }) as Protocol<any>,
    leads: ({ paxos: { role, ballot } }) => (role === "leader" ? ballot : null),
  },
  { name: "quorum-store", build: () => quorumStore({ versioning: dottedSiblings }) as Protocol<any>, leads: () => 0 },
];

/** The node that is up and leads under the highest number, if there is one. */
export function leaderOf({ leads }: ServiceEngine, nodes: readonly { readonly id: number; readonly up: boolean; readonly state: object }[]): number | undefined {
  let best: { readonly id: number; readonly number: number } | undefined;
  for (const { id, up, state } of nodes) {
    const number = up ? leads(state) : null;
    if (number !== null && number > (best?.number ?? -1)) best = { id, number };
  }
  return best?.id;
}
