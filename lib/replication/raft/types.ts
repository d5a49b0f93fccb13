import type { NodeId } from "../../protocol.js";
import type { Configuration } from "./configuration.js";

/** Raft's three roles (§5.1), and the rehearsal before a candidacy that pre-vote adds (thesis §9.6). */
export type Role = "follower" | "pre-candidate" | "candidate" | "leader";

/** One entry of the replicated log: the term in which its leader received it, and a command (§5.3). */
export interface Entry {
  readonly term: number;
  readonly command: unknown;
}

/** What must survive a crash beside the log (Figure 2, persistent state). */
export interface HardState {
  readonly currentTerm: number;
  readonly votedFor: NodeId | null;
}

/** A request for a vote. The candidate's id is the sender (Figure 2, RequestVote). */
export interface RequestVote {
  readonly type: "RequestVote" | "PreVote";
  /** The candidate's term; for a pre-vote the term it *would* campaign in. */
  readonly term: number;
  /** Index of the candidate's last log entry; 0 if its log is empty. */
  readonly lastLogIndex: number;
  /** Term of that entry; 0 if the log is empty. */
  readonly lastLogTerm: number;
  /** The leader itself has asked for this election: nobody need protect it (thesis §4.2.3). */
  readonly transfer?: true;
}

export interface RequestVoteReply {
  readonly type: "RequestVoteReply" | "PreVoteReply";
  /** The voter's current term, or the term it was asked about where a pre-vote is granted. */
  readonly term: number;
  readonly voteGranted: boolean;
}

/** A leader's heartbeat (Figure 2, AppendEntries), where nothing is replicated. */
export interface Heartbeat {
  readonly type: "AppendEntries";
  readonly term: number;
}

export interface HeartbeatReply {
  readonly type: "AppendEntriesReply";
  readonly term: number;
  readonly success: boolean;
}

/** What stands for the beginning of a leader's log (§7, InstallSnapshot). */
export interface LeadersSnapshot {
  readonly type: "InstallSnapshot";
  readonly term: number;
}

/** A leader asks its successor to stand at once (thesis §3.10). */
export interface TimeoutNow {
  readonly type: "TimeoutNow";
  readonly term: number;
}

export type RaftMessage = RequestVote | RequestVoteReply | Heartbeat | HeartbeatReply | LeadersSnapshot | TimeoutNow;

/** A node's memory. Log indices start at 1: without a snapshot, entry i is `log[i − 1]`. */
export interface RaftState {
  role: Role;
  currentTerm: number;
  votedFor: NodeId | null;
  log: Entry[];
  /** Who belongs to the cluster: the latest configuration in the log, committed or not (thesis §4.1). */
  configuration: Configuration;
  /** Whom this node takes for the leader of its term; null if it knows none. */
  leader: NodeId | null;
  /** Voters that granted this (pre-)candidate their vote, itself included. */
  votes: NodeId[];
  /** Local time at which a leader of the current term was last heard; −∞ is written as null. */
  heardFromLeader: number | null;
  /** On a leader with check-quorum: followers heard from since the last check. */
  active: NodeId[];
}

/** What an operator may ask of a node: that it stands at once, without anybody's leave. */
export type RaftInput = { readonly type: "campaign" };

/** What a node reports: the leader it follows, or is, in a term. */
export type RaftOutput = { readonly type: "leader"; readonly leader: NodeId; readonly term: number };

/** Raft's types, for the contract. */
export interface Raft {
  State: RaftState;
  Message: RaftMessage;
  Timer: "election" | "heartbeat" | "quorum";
  Stored: HardState;
  Entry: Entry;
  Input: RaftInput;
  Output: RaftOutput;
}
