import type { NodeId } from "../../protocol.js";
import type { MultiPaxos, MultiPaxosMessage, MultiPaxosState } from "../paxos/multiPaxos.types.js";
import type { KeyValueCommand, KeyValueResult, KeyValueState } from "../service/keyValue.js";

/** What no other rumour is called, in this life of its origin or another. */
export interface RumorId {
  readonly origin: NodeId;
  /** Drawn at random each time the origin starts: a node that comes back begins to count anew, and must not be taken for an echo of itself. */
  readonly life: number;
  /** Counts the rumours of a life, from 0. */
  readonly serial: number;
}

/** A message of Paxos on its way through the overlay. */
export interface Rumor<Command = KeyValueCommand> {
  /** Who says it: one, or several whose equal messages were merged. */
  readonly ids: readonly RumorId[];
  /** For whom it is; null: for everybody. */
  readonly to: readonly NodeId[] | null;
  /** How many links it has come over when it arrives. */
  readonly hops: number;
  readonly message: MultiPaxosMessage<Command>;
}

/** What a node has overheard of other nodes' consensus, enough to tell which messages are of no use any more. */
export interface Overheard {
  /** The highest ballot that somebody asked promises or acceptances for. */
  ballot: number;
  /** Whether acceptances were asked for in it: its owner then has its promises. */
  leads: boolean;
  /** All slots below are chosen, and its leader knows it. */
  chosen: number;
  /** By slot: who is known to have accepted in that ballot, since its leader last asked. */
  tally: Record<number, NodeId[]>;
}

/** Which rumours of one life were seen: all below `floor`, or taken for it, and these above. */
export interface SeenOfLife {
  floor: number;
  above: number[];
}

/** A rumour that waits to be passed on together with others. */
export interface HeldRumor<Command = KeyValueCommand> {
  readonly rumor: Rumor<Command>;
  /** The neighbour that it came from, which need not have it again; null: from this node itself. */
  readonly from: NodeId | null;
}

export interface GossipPaxosState<State = KeyValueState, Command = KeyValueCommand, Result = KeyValueResult> {
  /** Multi-Paxos, which knows nothing of rumours. */
  paxos: MultiPaxosState<State, Command, Result>;
  /** Whom it sends to: a few of all nodes. */
  neighbors: readonly NodeId[];
  /** This life of the node: a number from 0 to 2^32 − 1. */
  life: number;
  /** How many rumours it has begun in this life. */
  serial: number;
  /** By origin and life. */
  seen: Record<string, SeenOfLife>;
  overheard: Overheard;
  held: HeldRumor<Command>[];
  /** How many rumours were dropped because they had come before, and because they were of no use any more. */
  suppressed: number;
  filtered: number;
}

/** The types of Paxos over gossip for the contract: those of Multi-Paxos, with rumours for messages. */
export interface GossipPaxos<State = KeyValueState, Command = KeyValueCommand, Result = KeyValueResult> {
  State: GossipPaxosState<State, Command, Result>;
  Message: Rumor<Command>;
  Timer: MultiPaxos["Timer"] | "pass on";
  Stored: MultiPaxos["Stored"];
  Entry: MultiPaxos<State, Command, Result>["Entry"];
  Input: MultiPaxos<State, Command, Result>["Input"];
  Output: MultiPaxos<State, Command, Result>["Output"];
}
