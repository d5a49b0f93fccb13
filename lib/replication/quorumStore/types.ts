import type { HashedNode } from "../../gossip/antiEntropy/merkle.js";
import type { VersionVector } from "../../gossip/versions/versionVector.js";
import type { NodeId } from "../../protocol.js";
import type { KeyValueResult } from "../service/keyValue.js";
import type { Answer, Request } from "../service/machine.js";
import type { Stamp } from "./versioning.js";

/**
 * What a client may ask. Who writes replaces what it has `read`, as it was told with the answer of a get; unless it says so,
 * the coordinator reads for it first. `{}` replaces nothing. An append is read, changed and written by the coordinator.
 */
export type StoreCommand =
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "put"; readonly key: string; readonly value: string; readonly read?: VersionVector }
  | { readonly op: "append"; readonly key: string; readonly value: string }
  | { readonly op: "delete"; readonly key: string; readonly read?: VersionVector };

/** What is answered: to a get, one string that stands for all siblings; null if there are none, or if it was a write. */
export type StoreAnswer = Extract<Answer<KeyValueResult>, { type: "answer" }> & {
  readonly key: string;
  /** Of a get: the siblings, null for a tombstone among them. Of a delete: its tombstone. */
  readonly values: readonly (string | null)[];
  /** Of a get: which updates were read. Of a write: which it replaces. */
  readonly read: VersionVector;
  /** Of a write: its version. */
  readonly stamp?: Stamp;
};

/** A client's request under way at its coordinator, which is the node that it was given to. */
export interface Operation<Held> {
  readonly client: number;
  readonly serial: number;
  readonly command: StoreCommand;
  /** `read`: asks for copies, until R have come. `update`: has one of the replicas make the new version. `write`: brings it to the others, until W have it. */
  phase: "read" | "update" | "write";
  /** From then on it only goes on for the sake of the replicas that have not answered. */
  answered: boolean;
  /** Copies that have come, by replica. Another node may have answered in its stead. */
  readonly copies: { readonly home: NodeId; readonly by: NodeId; readonly held: Held }[];
  /** What these copies know together; from `write` on, the new version with what its replica holds. */
  found: Held;
  /** Of a write: what its version replaces, once that is known. */
  read: VersionVector | null;
  /** Replicas for which the new version is stored, each by a node of its own. */
  readonly stored: { readonly home: NodeId; readonly by: NodeId }[];
  /** Of a write: its version, once it is made. */
  stamp: Stamp | null;
  /** How many times it has waited in vain. */
  waited: number;
}

export interface StoreState<Held> {
  /** This node's copies of the keys that it is a replica of. */
  keys: Record<string, Held>;
  /** What it keeps for others until they take it, by node and key: hints. */
  hints: Record<string, Record<string, Held>>;
  /** The highest counter that it gave to a version whose key is gone since. */
  minted: number;
  /** Requests that it coordinates, by client and number. */
  operations: Record<string, Operation<Held>>;
  /** Since when (its own clock, ms) it knows of a key that it is deleted. */
  deadSince: Record<string, number>;
  /** Entries of its durable log. */
  logged: number;
}

/** One change of a node's copies on its disk: its own, or a hint's; null if it is gone. */
export interface StoreEntry<Held> {
  readonly key: string;
  readonly home: NodeId | null;
  readonly held: Held | null;
}

/** `operation` names the request, so that an answer finds it again; `home` is the replica that is meant, whoever is asked. */
export type StoreMessage<Held> =
  | { readonly type: "Read"; readonly operation: string; readonly key: string; readonly home: NodeId }
  | { readonly type: "ReadReply"; readonly operation: string; readonly home: NodeId; readonly held: Held }
  | { readonly type: "Update"; readonly operation: string; readonly key: string; readonly value: string | null; readonly read: VersionVector }
  | { readonly type: "Updated"; readonly operation: string; readonly held: Held; readonly stamp: Stamp }
  | { readonly type: "Write"; readonly operation: string; readonly key: string; readonly home: NodeId; readonly held: Held }
  | { readonly type: "WriteReply"; readonly operation: string; readonly home: NodeId }
  /** A hint is offered to the node that it is for, and taken. */
  | { readonly type: "HandOff"; readonly key: string; readonly held: Held }
  | { readonly type: "HandedOff"; readonly key: string; readonly held: Held }
  /** Everything that a read has found, for a replica that had less. */
  | { readonly type: "Repair"; readonly key: string; readonly held: Held }
  /** A part of a Merkle tree over the keys that both nodes are replicas of. */
  | { readonly type: "Compare"; readonly nodes: readonly HashedNode[] }
  /** Copies; in exchange, if leaves of that tree are named, for the receiver's of the keys there. */
  | { readonly type: "Copies"; readonly copies: readonly (readonly [key: string, held: Held])[]; readonly leaves?: readonly number[] };

/** The types of the store, for the contract. */
export interface QuorumStore<Held> {
  State: StoreState<Held>;
  Message: StoreMessage<Held>;
  Timer: "exchange" | { readonly operation: string };
  Stored: { readonly minted: number };
  Entry: StoreEntry<Held>;
  Snapshot: Pick<StoreState<Held>, "keys" | "hints">;
  Input: Request<StoreCommand>;
  Output: StoreAnswer;
}
