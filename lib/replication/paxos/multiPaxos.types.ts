import type { NodeId } from "../../protocol.js";
import type { KeyValueCommand, KeyValueResult, KeyValueState } from "../service/keyValue.js";
import type { Answer, Request } from "../service/machine.js";
import type { Sessions } from "../service/sessions.js";

/** What a slot of the log holds: a client's request, or null, a no-op that fills a gap. */
export type Value = Omit<Request<KeyValueCommand>, "type"> | null;

export interface Proposal {
  readonly slot: number;
  readonly value: Value;
}

/** A proposal and the ballot in which it was accepted. */
export interface Acceptance extends Proposal {
  readonly ballot: number;
}

export type MultiPaxosMessage =
  /** Phase 1 for every slot from `first` on. */
  | { readonly type: "Prepare"; readonly ballot: number; readonly first: number }
  | { readonly type: "Promise"; readonly ballot: number; readonly accepted: readonly Acceptance[] }
  /** Phase 2 of some slots; with none, a heartbeat. All slots below `chosen` are chosen. */
  | { readonly type: "Accept"; readonly ballot: number; readonly proposals: readonly Proposal[]; readonly chosen: number }
  | { readonly type: "Accepted"; readonly ballot: number; readonly slots: readonly number[] }
  /** A refusal of either phase, with the ballot that stands in the way. */
  | { readonly type: "Nack"; readonly ballot: number; readonly promised: number }
  /** A learner that lags asks for what was chosen from `first` on, and is told. */
  | { readonly type: "Learn"; readonly first: number }
  | { readonly type: "Chosen"; readonly first: number; readonly values: readonly Value[] };

export interface MultiPaxosState {
  role: "follower" | "preparing" | "leader";
  /** The highest ballot of its own that it has used; 0: none. Durable. */
  ballot: number;
  /** Nothing is accepted in a ballot below this one, in any slot. Durable. */
  promised: number;
  /** By slot: what it accepted last; null: nothing. Durable, as a journal of all acceptances. */
  accepted: (Acceptance | null)[];
  /** What was chosen, by slot, as far as there is no gap: all of it has been carried out. */
  chosen: Value[];
  /** What is known to be chosen beyond a gap, by slot. */
  ahead: Record<number, Value>;
  sessions: Sessions<KeyValueState, KeyValueResult>;
  /** By client: the request that this node was asked for and has not answered. */
  asked: Record<string, number>;
  /** Whom it takes for the leader. */
  leader: NodeId | null;
  /** The highest ballot that it was refused for. */
  heard: number;
  /** How often in a row it has stood in vain, up to 3. */
  failures: number;
  /** While preparing: who has promised, and what they had accepted. */
  promises: { readonly from: NodeId; readonly accepted: readonly Acceptance[] }[];
  /** On a leader: what it has proposed and does not know to be chosen, and who has accepted it. */
  open: { readonly slot: number; readonly value: Value; readonly acceptedBy: NodeId[] }[];
  /** On a leader: the first slot without a proposal. */
  next: number;
  /** It has lost its disk: it learns, but neither accepts nor proposes. */
  abstains: boolean;
}

/** The types of Multi-Paxos for the contract. */
export interface MultiPaxos {
  State: MultiPaxosState;
  Message: MultiPaxosMessage;
  Timer: "election" | "heartbeat";
  Stored: Pick<MultiPaxosState, "ballot" | "promised">;
  Entry: Acceptance;
  Input: Request<KeyValueCommand> | { readonly type: "campaign" };
  Output:
    | Answer<KeyValueResult>
    /** A slot was carried out here. */
    | { readonly type: "chosen"; readonly slot: number; readonly value: Value }
    | { readonly type: "leader"; readonly leader: NodeId; readonly ballot: number };
}
