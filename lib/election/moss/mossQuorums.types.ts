import type { NodeId } from "../../protocol.js";

export type MossQuorumsMessage =
  /** A request for a lock. `ask` names the attempt, `clock` says how old the wish is. */
  | { readonly type: "Ask"; readonly ask: number; readonly clock: number }
  /** It is the asker's for the time being; the highest token that its owner knows of. */
  | { readonly type: "Granted"; readonly ask: number; readonly token: number }
  | { readonly type: "Claim"; readonly ask: number; readonly token: number }
  | { readonly type: "Claimed"; readonly ask: number }
  /** The lock is somebody else's, or a higher token is known. */
  | { readonly type: "Refused"; readonly ask: number }
  | { readonly type: "Release"; readonly ask: number }
  /** The leader's word, and its request to renew its locks, by number. */
  | { readonly type: "Lead"; readonly ask: number; readonly token: number; readonly round: number }
  | { readonly type: "Renewed"; readonly ask: number; readonly round: number };

/** Who has a lock. */
export interface Lock {
  readonly node: NodeId;
  /** How old its wish is. */
  readonly clock: number;
  readonly ask: number;
  /** Whether it is claimed, and stays its holder's until it ends; otherwise an older wish takes it away. */
  readonly claimed: boolean;
}

export interface MossQuorumsState {
  role: "follower" | "asking" | "claiming" | "leader";
  /** Lamport's logical clock, moved on by every request. */
  clock: number;
  /** The highest fencing token that it knows of. Durable. */
  token: number;
  /** The clock when it began to want to lead, and the attempt's name: a random number from 0 to 2^32 − 1. */
  wish: number;
  ask: number;
  /** Who has granted its request, or its claim. */
  granted: NodeId[];
  /** The highest token that it was told of with the locks, and the one that it claims them with. */
  highest: number;
  claim: number;
  /** On a leader: how often it has renewed its locks, and by owner the newest round that was answered. */
  round: number;
  renewed: Record<number, number>;
  /** Who has its own lock. */
  lock: Lock | null;
  /** Whether it has started lately, and does not know to whom it gave its lock before. */
  quiet: boolean;
  /** Whom it takes for the leader, and that one's token. */
  leader: NodeId | null;
  following: number;
}

export interface MossQuorums {
  State: MossQuorumsState;
  Message: MossQuorumsMessage;
  Timer: "patience" | "retry" | "give up" | "renew" | "lock" | "quiet" | { readonly lease: number };
  Stored: { readonly token: number };
  Output: { readonly type: "leader"; readonly leader: NodeId; readonly token: number };
}
