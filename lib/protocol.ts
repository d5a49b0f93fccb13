/**
 * The contract between a protocol and whatever drives it: a simulated cluster, a model checker, a browser page or real
 * sockets. Types only. A protocol is a set of rules without state of their own: a driver keeps each node's state, calls
 * one handler at a time, and carries out what the handler asked of its context. There is no clock, no I/O and no
 * randomness but what the context gives.
 */

/** A node's name: an integer from 0 to `size − 1`. */
export type NodeId = number;

/** A timer's name: a string or a small JSON value, such as `"election"` or `{ retry: 3 }`. */
export type TimerKey = string | { readonly [field: string]: string | number | boolean };

/** What a protocol is made of. State, messages and everything stored are plain JSON data, so that a run can be saved. */
export interface Types {
  /** A node's memory. Lost in a crash. */
  State: object;
  /** What nodes send to each other. */
  Message: unknown;
  /** The names of the protocol's timers. */
  Timer?: TimerKey;
  /** The small record that survives a crash (in Raft: term and vote). */
  Stored?: unknown;
  /** One entry of the durable log that survives a crash. */
  Entry?: unknown;
  /** What stands for a beginning of the durable log that was dropped. */
  Snapshot?: unknown;
  /** What a client may ask of a node. */
  Input?: unknown;
  /** What a node tells its client. */
  Output?: unknown;
}

type Field<T, Name extends string> = T extends { [key in Name]: infer F } ? F : never;
/** A protocol's timer names; `never` where it has none. */
export type TimerOf<T extends Types> = Field<T, "Timer">;
/** A protocol's stored record; `never` where it stores nothing. */
export type StoredOf<T extends Types> = Field<T, "Stored">;
/** A protocol's log entry; `never` where it keeps no log. */
export type EntryOf<T extends Types> = Field<T, "Entry">;
/** A protocol's snapshot; `never` where it takes none. */
export type SnapshotOf<T extends Types> = Field<T, "Snapshot">;
/** A protocol's input; `never` where it takes none. */
export type InputOf<T extends Types> = Field<T, "Input">;
/** A protocol's output; `never` where it gives none. */
export type OutputOf<T extends Types> = Field<T, "Output">;

/** What a disk holds: the stored record, a snapshot, and the log from there on. */
export interface Durable<T extends Types> {
  readonly stored?: StoredOf<T> | undefined;
  readonly snapshot?: SnapshotOf<T> | undefined;
  readonly log?: readonly EntryOf<T>[];
}

/** What a handler may see and do. Valid only until the handler returns. */
export interface Context<T extends Types> {
  /** The node whose handler runs. */
  readonly self: NodeId;
  /** How many nodes exist. Which of them are members is the protocol's own business. */
  readonly size: number;
  /** This node's local clock, in ms. */
  readonly now: number;
  /** A number in [0, 1), from a stream that the driver seeds for this node. */
  random(): number;
  /** Sends a message. It may be lost, delayed, repeated or overtaken; the sender must not change it afterwards. */
  send(to: NodeId, message: T["Message"]): void;
  /** Sets a timer to fire once, `delay` ms from now; one already set under that name is replaced. */
  setTimer(timer: TimerOf<T>, delay: number): void;
  /** Cancels a timer; nothing happens if it is not set. */
  cancelTimer(timer: TimerOf<T>): void;
  /**
   * Replaces the stored record by a copy of this one. A write takes time; no message or output of this handler, or of a
   * later one on this node, leaves before it is durable. A crash before then loses the write and all that waited for it.
   */
  save(stored: StoredOf<T>): void;
  /** Adds copies of entries to the end of the durable log, under the same promise as `save`. */
  append(entries: readonly EntryOf<T>[]): void;
  /** Keeps the first `length` entries of the durable log and drops the rest, under the same promise as `save`. */
  truncate(length: number): void;
  /**
   * Replaces the first `count` entries of the durable log, and the snapshot before them, by a copy of this snapshot, all in
   * one write, under the same promise as `save`.
   */
  compact(count: number, snapshot: SnapshotOf<T>): void;
  /** Tells the client something; it enters the run's history. */
  output(output: OutputOf<T>): void;
}

/** The rules of one protocol. Every handler changes `state` in place and asks the context for the rest. */
export interface Protocol<T extends Types> {
  /** The state of a node that starts, or starts again after a crash with what its disk kept. */
  init(self: NodeId, size: number, stored?: StoredOf<T>, log?: readonly EntryOf<T>[], snapshot?: SnapshotOf<T>): T["State"];
  /** Called once after `init`, at the start and at each restart. */
  onStart?(state: T["State"], context: Context<T>): void;
  /** A message has arrived. */
  onMessage(state: T["State"], from: NodeId, message: T["Message"], context: Context<T>): void;
  /** A timer has fired. */
  onTimer?(state: T["State"], timer: TimerOf<T>, context: Context<T>): void;
  /** A client asks. */
  onInput?(state: T["State"], input: InputOf<T>, context: Context<T>): void;
}
