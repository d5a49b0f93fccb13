import type { NodeId } from "../../protocol.js";
import type { KeyValueCommand, KeyValueResult, KeyValueState } from "../service/keyValue.js";
import type { Answer, Request } from "../service/machine.js";
import type { Sessions } from "../service/sessions.js";

/** What a slot of the log holds: a client's request, or null, a no-op that fills a gap. */
export type Value<Command = KeyValueCommand> = Omit<Request<Command>, "type"> | null;

export interface Proposal<Command = KeyValueCommand> {
  readonly slot: number;
  readonly value: Value<Command>;
}

/** A proposal and the ballot in which it was accepted. */
export interface Acceptance<Command = KeyValueCommand> extends Proposal<Command> {
  readonly ballot: number;
}

export type MultiPaxosMessage<Command = KeyValueCommand> =
  /** Phase 1 for every slot from `first` on. */
  | { readonly type: "Prepare"; readonly ballot: number; readonly first: number }
  | { readonly type: "Promise"; readonly ballot: number; readonly accepted: readonly Acceptance<Command>[] }
  /** Phase 2 of some slots; with none, a heartbeat. All slots below `chosen` are chosen. */
  | { readonly type: "Accept"; readonly ballot: number; readonly proposals: readonly Proposal<Command>[]; readonly chosen: number }
  | { readonly type: "Accepted"; readonly ballot: number; readonly slots: readonly number[] }
  /** A refusal of either phase, with the ballot that stands in the way. */
  | { readonly type: "Nack"; readonly ballot: number; readonly promised: number }
  /** A learner that lags asks for what was chosen from `first` on, and is told. */
  | { readonly type: "Learn"; readonly first: number }
  | { readonly type: "Chosen"; readonly first: number; readonly values: readonly Value<Command>[] };

export interface MultiPaxosState<State = KeyValueState, Command = KeyValueCommand, Result = KeyValueResult> {
  role: "follower" | "preparing" | "leader";
  /** The highest ballot of its own that it has used; 0: none. Durable. */
  ballot: number;
  /** Nothing is accepted in a ballot below this one, in any slot. Durable. */
  promised: number;
  /** By slot: what it accepted last; null: nothing. Durable, as a journal of all acceptances. */
  accepted: (Acceptance<Command> | null)[];
  /** What was chosen, by slot, as far as there is no gap: all of it has been carried out. */
  chosen: Value<Command>[];
  /** What is known to be chosen beyond a gap, by slot. */
  ahead: Record<number, Value<Command>>;
  sessions: Sessions<State, Result>;
  /** By client: the request that this node was asked for and has not answered. */
  asked: Record<string, number>;
  /** Whom it takes for the leader. */
  leader: NodeId | null;
  /** The highest ballot that it was refused for. */
  heard: number;
  /** How often in a row it has stood in vain, up to 3. */
  failures: number;
  /** While preparing: who has promised, and what they had accepted. */
  promises: { readonly from: NodeId; readonly accepted: readonly Acceptance<Command>[] }[];
  /** On a leader: what it has proposed and does not know to be chosen, and who has accepted it. */
  open: { readonly slot: number; readonly value: Value<Command>; readonly acceptedBy: NodeId[] }[];
  /** On a leader: the first slot without a proposal. */
  next: number;
  /** It has lost its disk: it learns, but neither accepts nor proposes. */
  abstains: boolean;
}

/** The types of Multi-Paxos for the contract; unless told otherwise, with the key-value store. */
export interface MultiPaxos<State = KeyValueState, Command = KeyValueCommand, Result = KeyValueResult> {
  State: MultiPaxosState<State, Command, Result>;
  Message: MultiPaxosMessage<Command>;
  Timer: "election" | "heartbeat";
  Stored: Pick<MultiPaxosState, "ballot" | "promised">;
  Entry: Acceptance<Command>;
  Input: Request<Command> | { readonly type: "campaign" };
  Output:
    | Answer<Result>
    /** A slot was carried out here. */
    | { readonly type: "chosen"; readonly slot: number; readonly value: Value<Command> }
    | { readonly type: "leader"; readonly leader: NodeId; readonly ballot: number };
}
