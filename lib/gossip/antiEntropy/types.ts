import type { Context, NodeId } from "../../protocol.js";
import type { HashedNode } from "./merkle.js";

/**
 * What a store keeps under each key: values that merge. Cells are plain data, are never changed in place, and only grow:
 * `merge` gives the least cell that is at least both, so it does not matter in which order cells come, or how often.
 */
export interface CellKind<Cell, Change, Digest> {
  merge(mine: Cell, theirs: Cell): Cell;
  /** What a client's change at a node adds, as a cell to be merged in. The cell is undefined where nothing was ever written. */
  change(cell: Cell | undefined, change: Change, writer: Writer): Cell;
  /** A short account of a cell: what is sent in its place to find out who lacks what. */
  digest(cell: Cell): Digest;
  /** Whether whoever has the first digest has all that is in the cell of the second. */
  covers(mine: Digest, theirs: Digest): boolean;
  /** The newest time, ms, that a cell carries, if it carries any: what a node's hybrid clock goes by. */
  timeOf?(cell: Cell): number;
  /** What marks a deleted key, if anything does. */
  readonly tombstones?: Tombstones<Cell>;
}

/** Who changes a cell. */
export interface Writer {
  readonly node: NodeId;
  /** Its clock, ms. */
  readonly now: number;
  /** The newest time that it has seen in any cell, ms; 0 if none. */
  readonly newest: number;
}

/** How marks of deleted keys are got rid of. */
export interface Tombstones<Cell> {
  /** The cell with the note that this node has it, too. */
  witness(cell: Cell, node: NodeId): Cell;
  /** Whether a cell is a tombstone that all nodes are known to have: who holds nothing under its key need not take it. */
  seenByAll(cell: Cell, size: number): boolean;
  /** Whether a cell is a tombstone that may go. */
  spent(cell: Cell, size: number): boolean;
  /** How long it stays even so, ms. */
  readonly grace: number;
}

/** Cells by key. */
export type Store<Cell> = Readonly<Record<string, Cell>>;

/** One write of a node's log; its store is all of them, one after the other. */
export type AntiEntropyEntry<Cell, Change> =
  /** A client's change: what it added, in answer to which request. */
  | { readonly type: "change"; readonly id: number; readonly key: string; readonly change: Change; readonly cells: Store<Cell> }
  /** What another node's message added. */
  | { readonly type: "merge"; readonly cells: Store<Cell> }
  /** Tombstones that are gone. */
  | { readonly type: "drop"; readonly keys: readonly string[] };

export interface AntiEntropyState<Cell> {
  store: Store<Cell>;
  /** The newest time that it has seen in any cell, ms. */
  newest: number;
  /** Exchanges that may still be answered, by number: the newest. */
  open: number[];
  /** How many exchanges it has had since it started. */
  exchanges: number;
  /** By key: since when, by its clock, a tombstone might go, ms. */
  spentSince: Record<string, number>;
  /** How many changes its store has seen, which its log remembers: the number of the last delta. */
  sequence: number;
  /** The last deltas, for whoever has not acknowledged them; in memory only. */
  buffer: readonly NumberedDelta<Cell>[];
  /** By node: up to which delta it has acknowledged; in memory only. */
  acknowledged: Record<NodeId, number>;
}

export interface NumberedDelta<Cell> {
  readonly sequence: number;
  /** Who sent it; null: a client's change. */
  readonly from: NodeId | null;
  readonly cells: Store<Cell>;
}

export type AntiEntropyMessage<Cell, Digest> =
  /** Full state: the sender's store; `answer` asks for the other's. */
  | { readonly type: "Store"; readonly cells: Store<Cell>; readonly answer: boolean }
  /** Digests of all keys, or of those in these leaves of the Merkle tree. Begins an exchange. */
  | { readonly type: "Digests"; readonly exchange: number; readonly leaves: readonly number[] | null; readonly digests: Readonly<Record<string, Digest>> }
  /** In answer to digests, or to what was asked for: cells, and the keys of cells wanted in exchange `opens`. */
  | { readonly type: "Cells"; readonly exchange: number; readonly cells: Store<Cell>; readonly wants: readonly string[]; readonly opens: number | null }
  /** Nodes of the sender's Merkle tree. */
  | { readonly type: "Hashes"; readonly nodes: readonly HashedNode[] }
  /** All deltas that the receiver lacks, merged into one, up to the sender's delta `upTo`; `answer` asks for the other's. */
  | { readonly type: "Deltas"; readonly cells: Store<Cell>; readonly upTo: number; readonly answer: boolean }
  | { readonly type: "Acknowledge"; readonly upTo: number };

/** The types of anti-entropy for the contract. */
export interface AntiEntropy<Cell = any, Change = any, Digest = any> {
  State: AntiEntropyState<Cell>;
  Message: AntiEntropyMessage<Cell, Digest>;
  Timer: "round";
  Entry: AntiEntropyEntry<Cell, Change>;
  Input: { readonly type: "change"; readonly id: number; readonly key: string; readonly change: Change };
  Output: { readonly type: "changed"; readonly id: number; readonly key: string };
}

export type AntiEntropyContext<Cell, Change, Digest> = Context<AntiEntropy<Cell, Change, Digest>>;

/** One way to find out what two nodes do not have in common, and to send it. */
export interface Method<Cell, Change, Digest> {
  /** A node turns to another. */
  begin(state: AntiEntropyState<Cell>, to: NodeId, context: AntiEntropyContext<Cell, Change, Digest>): void;
  onMessage(state: AntiEntropyState<Cell>, from: NodeId, message: AntiEntropyMessage<Cell, Digest>, context: AntiEntropyContext<Cell, Change, Digest>): void;
}

/** How a replica takes something in. */
export interface Replica<Cell, Change, Digest> {
  readonly kind: CellKind<Cell, Change, Digest>;
  /** Merges cells from another node in, durably. What its own cells cover is left out, and if nothing is left, nothing happens. */
  absorb(state: AntiEntropyState<Cell>, from: NodeId, cells: Store<Cell>, context: AntiEntropyContext<Cell, Change, Digest>): void;
}
