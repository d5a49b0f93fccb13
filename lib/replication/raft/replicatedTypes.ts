import type { NodeId } from "../../protocol.js";
import type { Answer, Request } from "../service/machine.js";
import type { Sessions } from "../service/sessions.js";
import type { HardState, Heartbeat, HeartbeatReply, Raft, RaftInput, RaftMessage, RaftOutput, RaftState } from "./types.js";

/** One entry of the replicated log: the term in which its leader received it, and what a client asked; null for the entry with which a leader begins its term. */
export interface RequestEntry<Command> {
  readonly term: number;
  readonly command: Omit<Request<Command>, "type"> | null;
}

/** A leader's log for one follower, from where the two agree (Figure 2, AppendEntries). */
export interface AppendEntries<Command> extends Heartbeat {
  /** Index of the entry before the new ones, and its term. */
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  /** None in a heartbeat. */
  readonly entries: readonly RequestEntry<Command>[];
  readonly leaderCommit: number;
}

/** The follower has the leader's log up to here. */
export interface Appended extends HeartbeatReply {
  readonly success: true;
  readonly matchIndex: number;
}

/** The follower's log does not have the entry before the new ones; where to try next (§5.3, the last paragraph but one). */
export interface Conflict extends HeartbeatReply {
  readonly success: false;
  /** What did not fit. */
  readonly prevLogIndex: number;
  /** Term of the follower's entry there; null if its log is too short. */
  readonly conflictTerm: number | null;
  /** The first index that the follower has of that term, or the one after its last entry. */
  readonly conflictIndex: number;
}

export type ReplicationMessage<Command> = AppendEntries<Command> | Appended | Conflict;

/** What a leader knows of a follower's log. */
export interface FollowerProgress {
  /**
   * `probe`: where the logs agree is not known; one message at a time goes out. `replicate`: it is known; entries are
   * sent ahead of the answers.
   */
  mode: "probe" | "replicate";
  /** Index of the next entry to send. */
  next: number;
  /** Highest index known to be in its log as in the leader's. */
  match: number;
  /** In `probe`: whether a message is on its way. */
  waiting: boolean;
  /** In `replicate`: last indices of messages with entries that are not answered yet. */
  inFlight: number[];
}

/** A node's memory, with a log that is replicated. */
export interface ReplicatedState<State, Command, Result> extends RaftState {
  log: RequestEntry<Command>[];
  /** Highest index known to be committed. */
  commitIndex: number;
  /** Highest index that the machine has carried out. */
  lastApplied: number;
  sessions: Sessions<State, Result>;
  /** On a leader: by node, what it knows of the others' logs. */
  progress: FollowerProgress[];
  /** On a leader: requests that it was asked for and has not answered, by client and number. */
  asked: string[];
}

/** Raft's types with a log that is replicated, for the contract. */
export interface ReplicatedRaft<State, Command, Result> {
  State: ReplicatedState<State, Command, Result>;
  Message: Exclude<RaftMessage, Heartbeat | HeartbeatReply> | ReplicationMessage<Command> | HeartbeatReply;
  Timer: Raft["Timer"];
  Stored: HardState;
  Entry: RequestEntry<Command>;
  Input: RaftInput | Request<Command>;
  Output: RaftOutput | Answer<Result>;
}

/** A follower as a leader first sees it: its log may be as long as the leader's. */
export const unknownProgress = (next: number): FollowerProgress => ({ mode: "probe", next, match: 0, waiting: false, inFlight: [] });

/** The peers of a node. */
export function* peersOf({ self, size }: { readonly self: NodeId; readonly size: number }): Generator<NodeId> {
  for (let peer = 0; peer < size; peer++) if (peer !== self) yield peer;
}
