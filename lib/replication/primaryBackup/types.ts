import type { NodeId } from "../../protocol.js";
import type { KeyValueCommand, KeyValueResult, KeyValueState } from "../service/keyValue.js";
import type { Answer, Request } from "../service/machine.js";
import type { Sessions } from "../service/sessions.js";

/**
 * How many backups must have a write before it is answered: none; one; as many as make a majority with the primary; all.
 */
export type Degree = "asynchronous" | "semi-synchronous" | "majority" | "synchronous";

/**
 * How a group of a primary and its backups is tuned. What clients may rely on:
 * - `synchronous`: nothing answered is ever lost, with a vote or without one; but one node that is away stops the service.
 * - `majority` with fencing: nothing answered is lost, and the service goes on while a majority is up.
 * - `semi-synchronous` with fencing: of three nodes the same; of more, an answered request is lost if the one backup that
 *   has it is gone too, or is not among the voters.
 * - `asynchronous`: what was answered and not yet sent is lost with its primary.
 * - without fencing, all but `synchronous` lose what was answered and whoever takes over does not have; `asynchronous`,
 *   two may also answer at a time for as long as they do not hear each other.
 */
export interface PrimaryBackupOptions {
  /** Default `synchronous`. */
  readonly acknowledge?: Degree;
  /**
   * `majority`, the default: a new view needs the votes of a majority, and a primary that hears of no majority for the
   * timeout takes no requests and gives no answers. `none`: a backup that misses the primary begins the next view by itself.
   */
  readonly fencing?: "none" | "majority";
  /** How long the first in line misses the primary before it begins a view; the second waits twice as long, and so on. In ms. Default 200. */
  readonly timeout?: number;
  /** Time between a primary's heartbeats, after which it also sends again what was not acknowledged, in ms. Default: a quarter of the timeout. */
  readonly heartbeat?: number;
  /** How long entries wait to be sent together, in ms. Default: 20 if `asynchronous`, for nobody waits for them; else 0. */
  readonly gather?: number;
}

/** What a node is in its view; a candidate asks for votes for a view that would be its own. */
export type Role = "primary" | "backup" | "candidate";

/** One entry of the log: a client's request, and the view whose primary took it. */
export interface Entry<Command> {
  readonly view: number;
  readonly client: number;
  readonly serial: number;
  readonly command: Command;
}

/** What must survive a crash beside the log. */
export interface Stored {
  /** The newest view that this node has promised to, or begun; it takes no part in older ones any more. */
  readonly view: number;
  /** The newest view in which its log was that of the primary. */
  readonly normal: number;
}

/** A node's log, and what a view's beginning must know of it. */
export interface Standing<Command> {
  readonly normal: number;
  readonly log: readonly Entry<Command>[];
  readonly committed: number;
}

/**
 * Who would be the primary of a view asks for votes. (In the paper all replicas tell each other that they leave the old
 * view; here only the next in line speaks up, for a view is begun by nobody but its primary.)
 */
export interface StartViewChange {
  readonly type: "StartViewChange";
  readonly view: number;
}

/** A vote: its sender takes no part in older views any more, and this is what it has. */
export interface DoViewChange<Command> extends Standing<Command> {
  readonly type: "DoViewChange";
  readonly view: number;
}

/** A view has begun, with this log. Sent again until it is acknowledged. */
export interface StartView<Command> {
  readonly type: "StartView";
  readonly view: number;
  readonly log: readonly Entry<Command>[];
  readonly committed: number;
}

/** What the backup is not known to have: the entries after the first `start`. Without entries, a heartbeat. */
export interface Prepare<Command> {
  readonly type: "Prepare";
  readonly view: number;
  readonly start: number;
  readonly entries: readonly Entry<Command>[];
  readonly committed: number;
}

/** The backup's disk has the primary's log up to this length. */
export interface PrepareOk {
  readonly type: "PrepareOk";
  readonly view: number;
  readonly length: number;
  /** It was sent what comes later, and lacks what lies between. */
  readonly gap?: boolean;
}

export type PrimaryBackupMessage<Command> = StartViewChange | DoViewChange<Command> | StartView<Command> | Prepare<Command> | PrepareOk;

/** A node's memory. */
export interface PrimaryBackupState<State, Command, Result> {
  role: Role;
  view: number;
  normal: number;
  log: Entry<Command>[];
  /** So many entries, from the first on, are on as many disks as a write waits for: they have been carried out. */
  committed: number;
  sessions: Sessions<State, Result>;
  /** On a primary, by client: the request that this node owes an answer. */
  asked: Record<string, number>;
  /** On a primary, by node: how much of the log its disk is known to have; null until it has joined the view. */
  acknowledged: (number | null)[];
  /** On a primary, by node: how much of the log it has been sent in this view. */
  sent: number[];
  /** On a primary, by node: local time at which it was last heard in this view, in ms; null for never. */
  heard: (number | null)[];
  /** Whether this primary has heard of no majority for the timeout. Never so without fencing. */
  fenced: boolean;
  /** Whether entries wait to be sent together. */
  gathering: boolean;
  /** On a candidate: who has voted for it, itself included, and the newest log among theirs. */
  votes: NodeId[];
  newest: Standing<Command> | null;
}

/** The types of primary–backup replication for the contract; unless told otherwise, of the key-value store. */
export interface PrimaryBackup<State = KeyValueState, Command = KeyValueCommand, Result = KeyValueResult> {
  State: PrimaryBackupState<State, Command, Result>;
  Message: PrimaryBackupMessage<Command>;
  Timer: "patience" | "heartbeat" | "gather";
  Stored: Stored;
  Entry: Entry<Command>;
  Input: Request<Command>;
  Output: Answer<Result>;
}
