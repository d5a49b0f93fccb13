import type { NodeId } from "../../../protocol.js";
import type { Answer, Request } from "../../service/machine.js";
import type { Sessions } from "../../service/sessions.js";

/** What the survey's pseudo-code does not say and Raft needs, in the order in which the course adds it. */
export const PSEUDO_CODE_RULES = ["election trigger", "durable vote", "up-to-date check", "step-down", "conflict truncation", "nextIndex back-off", "leaderCommit", "current term only"] as const;

/** One rule that the pseudo-code lacks; `pseudoCode` says what each does. */
export type PseudoCodeRule = (typeof PSEUDO_CODE_RULES)[number];

export type Role = "follower" | "candidate" | "leader";

/** One entry of the log: the term in which its leader received it, and what a client asked; null for a leader's first entry, where it has one. */
export interface LogEntry<Command> {
  readonly term: number;
  readonly command: Omit<Request<Command>, "type"> | null;
}

/** A vote that was given: one a term, where the rule holds. */
export interface Vote {
  readonly term: number;
  readonly candidate: NodeId;
}

/** What is on the disk beside the log; nothing is, without the rule `durable vote`. */
export interface StoredVote {
  readonly currentTerm: number;
  readonly vote: Vote | null;
}

/** Election, step 1.2. */
export interface RequestVote {
  readonly type: "RequestVote";
  readonly term: number;
  /** For the rule `up-to-date check`: index and term of the candidate's last entry, 0 if its log is empty. */
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
}

export interface RequestVoteReply {
  readonly type: "RequestVoteReply";
  /** A vote is for the term that was asked about; a refusal has the voter's own. */
  readonly term: number;
  readonly voteGranted: boolean;
}

/** Election, step 2.2, and log, step 1. */
export interface AppendEntries<Command> {
  readonly type: "AppendEntries";
  readonly term: number;
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  readonly entries: readonly LogEntry<Command>[];
  /** For the rule `leaderCommit`. */
  readonly leaderCommit: number;
}

/** Log, step 2.1.2: the entries are in the follower's log, up to here. */
export interface Success {
  readonly type: "AppendEntriesReply";
  readonly success: true;
  readonly term: number;
  readonly matchIndex: number;
}

/** Log, step 2.2.1: what comes before the entries is not in the follower's log; or, by the rule `step-down`, the leader's term is over. */
export interface Reject {
  readonly type: "AppendEntriesReply";
  readonly success: false;
  readonly term: number;
  readonly prevLogIndex: number;
}

export type PseudoCodeMessage<Command> = RequestVote | RequestVoteReply | AppendEntries<Command> | Success | Reject;

/** A node's memory. Log indices start at 1. */
export interface PseudoCodeState<State, Command, Result> {
  role: Role;
  /** Whom this node takes for the leader. */
  leaderId: NodeId | null;
  currentTerm: number;
  log: LogEntry<Command>[];
  /** On a candidate: who has voted for it, itself included. */
  votes: NodeId[];
  /** The last vote it gave. Kept and looked at by the rule `durable vote` alone. */
  vote: Vote | null;
  /** On a leader, by node: up to where it has confirmed the log. */
  confirmed: number[];
  /** On a leader, by node: what it is sent next. Kept by the rule `nextIndex back-off` alone. */
  nextIndex: number[];
  commitIndex: number;
  /** Highest index that the machine has carried out. */
  lastApplied: number;
  sessions: Sessions<State, Result>;
  /** On a leader: requests that it was asked for and has not answered, by client and number. */
  asked: string[];
}

/** The pseudo-code's types, for the contract. */
export interface PseudoCode<State, Command, Result> {
  State: PseudoCodeState<State, Command, Result>;
  Message: PseudoCodeMessage<Command>;
  Timer: "election" | "resend";
  Stored: StoredVote;
  Entry: LogEntry<Command>;
  Input: Request<Command>;
  Output: Answer<Result>;
}
