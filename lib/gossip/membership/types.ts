import type { Context, NodeId } from "../../protocol.js";

/** What is said of a member. `dead` is what SWIM calls faulty or confirmed; `left`: it went of its own accord. */
export type Status = "alive" | "suspect" | "dead" | "left";

/**
 * What is said of one member: its status in one of its incarnations. Never changed once made, since messages and tables
 * share it.
 */
export interface Update {
  readonly member: NodeId;
  readonly status: Status;
  /** A number that only the member itself raises, to answer an accusation. */
  readonly incarnation: number;
  /** Of a suspicion: who found the member silent. Only different accusers confirm each other (Lifeguard). */
  readonly by?: NodeId;
}

/** What every message carries beside its own content. */
interface Carried {
  /** The sender's word of itself. */
  readonly own: Update;
  /** Updates that ride along (SWIM, §4.1). */
  readonly updates: readonly Update[];
}

export type SwimMessage = Carried &
  (
    | { readonly type: "Ping"; readonly number: number }
    /** Please ping `target` for me. */
    | { readonly type: "PingReq"; readonly number: number; readonly target: NodeId }
    /** The answer of `of`, perhaps passed on by another. */
    | { readonly type: "Ack"; readonly number: number; readonly of: NodeId }
    /** I pinged `of` for you and heard nothing in time (Lifeguard): it is not me who is cut off. */
    | { readonly type: "Nack"; readonly number: number; readonly of: NodeId }
    | { readonly type: "Gossip" }
    /** All that the sender knows; `reply` asks for the same in return. */
    | { readonly type: "Sync"; readonly known: readonly Update[]; readonly reply: boolean }
  );

/** A message without what every message carries. */
export type Content = SwimMessage extends infer M ? (M extends SwimMessage ? Omit<M, keyof Carried> : never) : never;
/** Sends it, and adds that. */
export type Send = (state: SwimState, to: NodeId, content: Content, context: Context<Swim>) => void;

/** A ping under way. */
export interface Probe {
  readonly number: number;
  readonly target: NodeId;
  answered: boolean;
  /** How many others were asked to ping it. */
  asked: number;
  /** Who of them said that they hear nothing either. */
  nacks: NodeId[];
}

export interface Suspicion {
  /** When this node first heard of it, local ms. */
  readonly since: number;
  /** Who accuses. */
  by: NodeId[];
}

export interface SwimState {
  incarnation: number;
  /** `leaving`: has said so and still spreads the word. `gone`: takes no part any more. */
  presence: "member" | "leaving" | "gone";
  /** The last that was heard of each other node. The dead stay in it: whoever forgets them can be told that they live. */
  known: Record<NodeId, Update>;
  /** Nodes below this number of which nothing was heard yet are taken for alive in incarnation 0. */
  presumed: number;
  /** All others that are alive or suspect, in the order in which they are pinged, and who is next. */
  roster: NodeId[];
  next: number;
  /** Updates to be passed on, and how often each has been. */
  queue: { readonly update: Update; sent: number }[];
  probe: Probe | null;
  /** The last number given to a ping. */
  number: number;
  /** Pings for others, by their number: who asked, and under which number. */
  relays: Record<number, { readonly from: NodeId; readonly number: number }>;
  suspicions: Record<NodeId, Suspicion>;
  /** Local health (Lifeguard): 0 is well; each point makes the node as patient again. */
  health: number;
}

export interface Swim {
  State: SwimState;
  Message: SwimMessage;
  Timer: "period" | "indirect" | "gossip" | "sync" | "contact" | "linger" | { readonly suspect: NodeId } | { readonly relay: number };
  Input: { readonly type: "leave" } | { readonly type: "join" };
  /** What the node now takes a member for. */
  Output: Update;
}

export interface SwimOptions {
  /** The protocol period T′, ms: each node pings one other a period. Default 1000. */
  readonly period?: number;
  /** How long a ping may take before others are asked to try, ms, less than the period. Default half of it. */
  readonly pingTimeout?: number;
  /** How many are asked (k). Default 3. */
  readonly indirect?: number;
  /** Whom to ping next: all in turn, in an order drawn anew each time round (§4.3), or one drawn at random (§3.1). Default: all in turn. */
  readonly targets?: "round-robin" | "random";
  /** When the first period begins: at the start, or at a random moment of the first period. Default: at random. */
  readonly phases?: "synchronous" | "random";
  /** A suspect has `suspicion` × the logarithm of the members' number in periods to answer; 0: a silent member is dead at once (§3.1). Default 3. */
  readonly suspicion?: number;
  /** An update is sent `retransmit` (λ) × the logarithm of the members' number times by each node. Default 3. */
  readonly retransmit?: number;
  /** Which logarithm: ⌈ln(n + 1)⌉, as in SWIM's experiments, or memberlist's, of base 10. Default: natural. */
  readonly logarithm?: "natural" | "decimal";
  /** Most updates that a message carries. Default 6. */
  readonly piggyback?: number;
  /** Nodes below this number know each other from the start; all others must join. Default 0. */
  readonly joined?: number;
  /** Whom a node asks that knows nobody, and looks for from time to time among those it does not know. Default: all others. */
  readonly seeds?: readonly NodeId[];
  /** How often a node that knows no other asks a seed, and any other pings one that is dead or unknown to it, ms. Infinity: a node only joins, again a period later if it must. Default 5 periods. */
  readonly contact?: number;
  /** How long a node that leaves goes on, to spread the word, ms. Default 5 periods. */
  readonly linger?: number;
  /** Whether a suspect is told of the suspicion whenever it is pinged: Lifeguard's buddy system. Default: no. */
  readonly buddy?: boolean;
  /** How many times as patient a node may become that doubts its own health (Lifeguard); 1: never. Default 1. */
  readonly awareness?: number;
  /** A suspicion that nobody confirms lasts so many times as long (Lifeguard). Default 1. */
  readonly unconfirmed?: number;
  /** How many further accusers bring a suspicion down to its shortest time, and are passed on (Lifeguard). Default 0; in `lifeguard` `suspicion` − 2, as in memberlist. */
  readonly confirmations?: number;
  /** How often updates are sent without a ping to ride on, ms, and to how many. Default: never; 3. */
  readonly gossip?: number;
  readonly fanout?: number;
  /** How often a node exchanges all that it knows with another, ms. Default: never but on joining. */
  readonly sync?: number;
}

/** Options with their defaults filled in. */
export type SwimRules = Required<Omit<SwimOptions, "seeds">> & Pick<SwimOptions, "seeds">;
