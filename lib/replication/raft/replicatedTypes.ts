import type { NodeId } from "../../protocol.js";
import type { Answer, Request } from "../service/machine.js";
import type { Sessions } from "../service/sessions.js";
import type { Configuration } from "./configuration.js";
import type { HardState, Heartbeat, HeartbeatReply, LeadersSnapshot, Raft, RaftInput, RaftMessage, RaftOutput, RaftState } from "./types.js";

/** One entry of the replicated log: the term in which its leader received it, and what a client asked; null for the entry with which a leader begins its term, and for a change of the cluster. */
export interface RequestEntry<Command> {
  readonly term: number;
  readonly command: Omit<Request<Command>, "type"> | null;
  /** Who belongs to the cluster from here on. */
  readonly configuration?: Configuration;
}

/** A leader's log for one follower, from where the two agree (Figure 2, AppendEntries). */
export interface AppendEntries<Command> extends Heartbeat {
  /** Index of the entry before the new ones, and its term. */
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  /** None in a heartbeat. */
  readonly entries: readonly RequestEntry<Command>[];
  readonly leaderCommit: number;
  /** Where reads do without the log: which of the leader's rounds this belongs to. */
  readonly round?: number;
}

/** What an answer to `AppendEntries` repeats of it. */
interface OfRound extends HeartbeatReply {
  readonly round?: number;
}

/** The follower has the leader's log up to here. */
export interface Appended extends OfRound {
  readonly success: true;
  readonly matchIndex: number;
}

/** The follower's log does not have the entry before the new ones; where to try next (§5.3, the last paragraph but one). */
export interface Conflict extends OfRound {
  readonly success: false;
  /** What did not fit. */
  readonly prevLogIndex: number;
  /** Term of the follower's entry there; null if its log is too short. */
  readonly conflictTerm: number | null;
  /** The first index that the follower has of that term, or the one after its last entry. */
  readonly conflictIndex: number;
}

/** What a machine has become by the entries up to an index, which are needed no more (§7). */
export interface Snapshot<State, Result> {
  /** Index of the last entry that it stands for, and its term. */
  readonly index: number;
  readonly term: number;
  /** The latest configuration up to there. */
  readonly configuration: Configuration;
  readonly sessions: Sessions<State, Result>;
}

/** For a follower that needs what its leader's log has no more (§7, InstallSnapshot; here in one piece). */
export interface InstallSnapshot<State, Result> extends LeadersSnapshot {
  readonly snapshot: Snapshot<State, Result>;
}

/** A follower asks its leader up to where it must have carried out the log before it may answer a read (thesis §6.4). */
export interface ReadIndex {
  readonly type: "ReadIndex";
  readonly term: number;
  readonly client: number;
  readonly serial: number;
}

export interface ReadIndexReply {
  readonly type: "ReadIndexReply";
  readonly term: number;
  readonly client: number;
  readonly serial: number;
  readonly index: number;
}

export type ReplicationMessage<State, Command, Result> = AppendEntries<Command> | Appended | Conflict | InstallSnapshot<State, Result> | ReadIndex | ReadIndexReply;

/** What a leader knows of a follower's log. */
export interface FollowerProgress {
  /**
   * `probe`: where the logs agree is not known; one message at a time goes out. `replicate`: it is known; entries are
   * sent ahead of the answers. `snapshot`: it needs what the log has no more; nothing else goes out until it has that.
   */
  mode: "probe" | "replicate" | "snapshot";
  /** Index of the next entry to send. */
  next: number;
  /** Highest index known to be in its log as in the leader's. */
  match: number;
  /** In `probe` and `snapshot`: whether a message is on its way. */
  waiting: boolean;
  /** In `replicate`: last indices of messages with entries that are not answered yet. */
  inFlight: number[];
  /** The latest of this leader's rounds that it has answered. */
  round: number;
}

/** A read that is answered without a place in the log. */
export interface PendingRead<Command> {
  readonly client: number;
  readonly serial: number;
  /** Null on a leader whose follower was asked and will answer. */
  readonly command: Command | null;
  /** Who was asked. */
  readonly asked: NodeId;
  /** What must have been carried out before it is answered; null where that is not known yet. */
  index: number | null;
  /** On a leader: the round that must be answered by a quorum first. */
  round: number;
}

/** A node's memory, with a log that is replicated. */
export interface ReplicatedState<State, Command, Result> extends RaftState {
  log: RequestEntry<Command>[];
  /** Stands for the entries before the log's first; null if there are none. */
  snapshot: Snapshot<State, Result> | null;
  /** A snapshot that will take the place of more, when enough entries have followed it; null if there is none. */
  taken: Snapshot<State, Result> | null;
  /** Index of the entry that the configuration comes from; 0 for the one that the cluster began with. */
  configurationIndex: number;
  /** Highest index known to be committed. */
  commitIndex: number;
  /** Highest index that the machine has carried out. */
  lastApplied: number;
  sessions: Sessions<State, Result>;
  /** On a leader: by node, what it knows of the others' logs. */
  progress: FollowerProgress[];
  /** On a leader: by client, the number of the request that it was asked for and has not answered. */
  asked: Record<number, number>;
  /** On a leader: to whom it is handing its leadership over; null if to nobody. */
  transferee: NodeId | null;
  /** Reads that wait: on a leader for a round, on a follower for its leader's word or for its own log. */
  reads: PendingRead<Command>[];
  /** On a leader: its latest round of heartbeats, and when (its own clock, ms) those began that are not answered by a quorum yet. */
  round: number;
  roundsBegun: { readonly round: number; readonly at: number }[];
  /** On a leader: until when (its own clock, ms) nobody else can have been elected; null if it has no such promise, or has given it up. */
  leaseUntil: number | null;
  /** On a leader: it has asked another to stand, so that in this term no lease holds any more. */
  leaseGivenUp: boolean;
}

/** What an operator may ask of a leader. */
export type OperatorInput =
  /** Change who votes, and who learns. */
  | { readonly type: "reconfigure"; readonly voters: readonly NodeId[]; readonly learners?: readonly NodeId[] }
  /** Hand the leadership over. */
  | { readonly type: "transfer"; readonly to: NodeId };

/** What an operator is told: who belongs to the cluster once that is committed; or why nothing is changed. */
export type OperatorOutput = { readonly type: "configuration"; readonly configuration: Configuration; readonly index: number } | { readonly type: "unchanged"; readonly because: string };

/** Raft's types with a log that is replicated, for the contract. */
export interface ReplicatedRaft<State, Command, Result> {
  State: ReplicatedState<State, Command, Result>;
  Message: Exclude<RaftMessage, Heartbeat | HeartbeatReply | LeadersSnapshot> | ReplicationMessage<State, Command, Result> | HeartbeatReply;
  Timer: Raft["Timer"] | "transfer";
  Stored: HardState;
  Entry: RequestEntry<Command>;
  Snapshot: Snapshot<State, Result>;
  Input: RaftInput | OperatorInput | Request<Command>;
  Output: RaftOutput | OperatorOutput | Answer<Result>;
}

/** A follower as a leader first sees it: its log may be as long as the leader's. */
export const unknownProgress = (next: number): FollowerProgress => ({ mode: "probe", next, match: 0, waiting: false, inFlight: [], round: 0 });
