import type { NodeId } from "../../protocol.js";
import type { Answer, Notice, Request } from "../service/machine.js";
import type { Sessions } from "../service/sessions.js";
import type { Zxid } from "./zxid.js";

/** What a node is at the moment: it looks for a leader, or is a voter that follows or leads, or it is an observer that learns. */
export type Role = "looking" | "following" | "leading" | "observing";

/** Zab's phases: leader election is phase 0, the other three are the paper's (DSN 2011, §4). */
export type Phase = "election" | "discovery" | "synchronization" | "broadcast";

/** A transaction: the paper's ⟨v, z⟩. The value is a client's request. */
export interface Transaction {
  readonly zxid: Zxid;
  readonly request: Omit<Request<unknown>, "type">;
}

/** The replicated machine as it was when everything up to `zxid` was delivered. Never changed once it is made. */
export interface Snapshot {
  readonly zxid: Zxid;
  readonly sessions: Sessions<unknown, unknown>;
}

/** What survives a crash beside the log of transactions. */
export interface Stored {
  /** The last epoch for which this node acknowledged a NEWEPOCH: it obeys no leader of an older one (the paper's f.p). */
  readonly acceptedEpoch: number;
  /** The last epoch for which it acknowledged a NEWLEADER: its history is that of this epoch (the paper's f.a). */
  readonly currentEpoch: number;
  readonly snapshot: Snapshot;
  /** Transactions in the log up to this one no longer count: they are in the snapshot alone. */
  readonly base: Zxid;
}

/** Whom a node would have for a leader, and why: the epoch and the last zxid of its history (Medeiros 2012, §4.1). */
export interface Vote {
  readonly epoch: number;
  readonly zxid: Zxid;
  readonly leader: NodeId;
}

/** Phase 0, fast leader election. An observer has no vote. */
export interface Notification {
  readonly type: "Notification";
  readonly round: number;
  readonly vote: Vote | null;
  readonly role: Role;
}

/** Phase 1, discovery. CEPOCH: what the follower accepted last; NEWEPOCH; ACK-E, with what its history ends on. */
export type DiscoveryMessage =
  | { readonly type: "CEpoch"; readonly acceptedEpoch: number }
  | { readonly type: "NewEpoch"; readonly epoch: number }
  /** `promise` is false where the epoch was accepted before, perhaps from another leader: then it must not count. */
  | { readonly type: "AckEpoch"; readonly epoch: number; readonly currentEpoch: number; readonly last: Zxid; readonly promise: boolean };

/** How a learner's history becomes the leader's. It is made for a history that ends on `from`, and for no other. */
export type SyncMessage =
  | { readonly type: "Diff"; readonly epoch: number; readonly from: Zxid; readonly transactions: readonly Transaction[] }
  | { readonly type: "Trunc"; readonly epoch: number; readonly from: Zxid; readonly to: Zxid; readonly transactions: readonly Transaction[] }
  | { readonly type: "Snap"; readonly epoch: number; readonly from: Zxid; readonly snapshot: Snapshot; readonly transactions: readonly Transaction[] };

/** Phase 2, synchronization: the history, NEWLEADER with what it ends on, ACK-LD, and COMMIT-LD. */
export type SynchronizationMessage =
  | SyncMessage
  | { readonly type: "NewLeader"; readonly epoch: number; readonly last: Zxid }
  | { readonly type: "AckNewLeader"; readonly epoch: number; readonly last: Zxid }
  | { readonly type: "UpToDate"; readonly epoch: number; readonly committed: Zxid };

/**
 * Phase 3, broadcast. The paper has FIFO channels; here the network repeats, loses and reorders, so every proposal names
 * the transaction that it comes `after`, every acknowledgement and every commit stands for all that lies before it, and a
 * pong says what its sender still lacks.
 */
export type BroadcastMessage =
  | { readonly type: "Propose"; readonly epoch: number; readonly after: Zxid; readonly transaction: Transaction }
  | { readonly type: "Ack"; readonly epoch: number; readonly zxid: Zxid }
  | { readonly type: "Commit"; readonly epoch: number; readonly zxid: Zxid }
  /** To an observer: a proposal and its commit in one. */
  | { readonly type: "Inform"; readonly epoch: number; readonly after: Zxid; readonly transaction: Transaction }
  | { readonly type: "Ping"; readonly epoch: number; readonly committed: Zxid }
  | { readonly type: "Pong"; readonly epoch: number; readonly last: Zxid }
  /** A client's request on its way from the node that was asked to the leader. */
  | { readonly type: "Forward"; readonly request: Transaction["request"] };

export type ZabMessage = Notification | DiscoveryMessage | SynchronizationMessage | BroadcastMessage;

/** A node's memory. */
export interface ZabState {
  role: Role;
  phase: Phase;
  /** Whom it follows, or is; null while it looks. */
  leader: NodeId | null;

  acceptedEpoch: number;
  currentEpoch: number;
  /** The history from `base` on: logged, and in part delivered. */
  log: Transaction[];
  base: Zxid;
  snapshot: Snapshot;
  /** How many transactions at the beginning of the log on disk no longer count. */
  purged: number;

  sessions: Sessions<unknown, unknown>;
  delivered: Zxid;
  /** Requests that clients gave to this node, and that it has not answered. */
  asked: { readonly client: number; readonly serial: number }[];

  /** Election: how often this node has looked for a leader, its vote, and those of others in this round. */
  round: number;
  vote: Vote | null;
  votes: Record<NodeId, Vote>;
  /** What nodes said that had a leader already. */
  settled: Record<NodeId, Notification>;

  /** Leader, discovery: the acceptedEpochs of voters that follow it; who promised the new epoch; learners that wait for a history. */
  accepted: Record<NodeId, number>;
  promised: NodeId[];
  waiting: Record<NodeId, Zxid>;
  /** Leader: learners that are sent all proposals; and what each of them has logged, once it has acknowledged NEWLEADER. */
  forwarding: NodeId[];
  acknowledged: Record<NodeId, Zxid>;
  /** Leader: what the last pong of each learner said. */
  pongs: Record<NodeId, Zxid>;
  /** Leader: voters heard from since the last look. */
  heard: NodeId[];
  /** The last epoch in which it came to broadcast as the leader since it started; 0 if none. */
  led: number;

  /** Learner: whether it promised the epoch to the leader that it follows now; whether its history is that leader's. */
  promises: boolean;
  synced: boolean;
}

/** What a client asks; or, where the elections are an oracle's, whom to follow or to be. */
export type ZabInput = Request<unknown> | { readonly type: "elect"; readonly leader: NodeId };

/** What a client is told; or that this node leads an epoch whose history a quorum has. */
export type ZabOutput = Answer<unknown> | Notice | { readonly type: "leader"; readonly leader: NodeId; readonly epoch: number };

/** Zab's types, for the contract. */
export interface Zab {
  State: ZabState;
  Message: ZabMessage;
  /** `notify`, `finalize`: election; `tick`: heartbeats, and what is said again; `patience`: how long without a leader, or without a quorum. */
  Timer: "notify" | "finalize" | "tick" | "patience";
  Stored: Stored;
  Entry: Transaction;
  Input: ZabInput;
  Output: ZabOutput;
}
