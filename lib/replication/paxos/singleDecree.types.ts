import type { NodeId } from "../../protocol.js";

/** A value and the ballot in which it was accepted. */
export interface Acceptance {
  readonly ballot: number;
  readonly value: string;
}

export type SingleDecreeMessage =
  /** Phase 1a and 1b. */
  | { readonly type: "Prepare"; readonly ballot: number }
  | { readonly type: "Promise"; readonly ballot: number; readonly accepted: Acceptance | null }
  /** Phase 2a and 2b. */
  | { readonly type: "Accept"; readonly ballot: number; readonly value: string }
  | { readonly type: "Accepted"; readonly ballot: number }
  /** A refusal of either phase, with the ballot that stands in the way. */
  | { readonly type: "Nack"; readonly ballot: number; readonly promised: number }
  /** For learners, until they confirm. */
  | { readonly type: "Chosen"; readonly value: string }
  | { readonly type: "Learned" };

export interface SingleDecreeState {
  /** What it does as a proposer. */
  phase: "idle" | "preparing" | "proposing" | "backing-off";
  /** The highest ballot of its own that it has used; 0: none. Durable. */
  ballot: number;
  /** As an acceptor: nothing is accepted in a ballot below this one. Durable. */
  promised: number;
  /** As an acceptor: what it accepted last. Durable. */
  accepted: Acceptance | null;
  /** As a learner: what was chosen. Durable, to be told again. */
  chosen: string | null;
  /** What its client wants chosen. */
  wanted: string | null;
  /** The highest ballot that it was refused for. */
  heard: number;
  /** How many ballots have failed, up to 4. */
  failures: number;
  /** While preparing: who has promised, and what they had accepted. */
  promises: { readonly from: NodeId; readonly accepted: Acceptance | null }[];
  /** While proposing: what. */
  proposal: string | null;
  /** While proposing: who has accepted. */
  acceptedBy: NodeId[];
  /** Who has confirmed what was chosen. */
  informed: NodeId[];
  /** It has lost its disk: it neither accepts nor proposes. */
  abstains: boolean;
}

/** The types of single-decree Paxos for the contract. */
export interface SingleDecree {
  State: SingleDecreeState;
  Message: SingleDecreeMessage;
  Timer: "retry" | "tell";
  Stored: Pick<SingleDecreeState, "ballot" | "promised" | "accepted" | "chosen">;
  Input: { readonly type: "propose"; readonly value: string };
  Output: { readonly type: "chosen"; readonly value: string } | { readonly type: "refused"; readonly value: string };
}
