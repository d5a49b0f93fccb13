import type { NodeId } from "../../protocol.js";
import type { KeyValueCommand, KeyValueResult } from "../service/keyValue.js";
import type { Answer, Request } from "../service/machine.js";

/** What a register can do for a client. To append would need consensus, which registers cannot give (Herlihy, Wait-free synchronization, 1991). */
export type RegisterCommand = Extract<KeyValueCommand, { op: "get" | "put" }>;

/** Names a version of a register, and orders all of them: by number, then by who wrote. */
export interface Tag {
  /** 0 for the value that a register begins with, one more than the highest number seen for a write. */
  readonly seq: number;
  /** The client that wrote, and the number of its request. */
  readonly client: number;
  readonly serial: number;
}

export interface TaggedValue {
  readonly tag: Tag;
  /** Null: never written. */
  readonly value: KeyValueResult;
}

/** A node's copy of the registers, by key: durable. */
export type Registers = Record<string, TaggedValue>;

/** A client's request under way at the node that it was given to. */
export interface Operation extends TaggedValue {
  readonly client: number;
  readonly serial: number;
  readonly command: RegisterCommand;
  /** Asking a majority for its versions, or storing one with a majority. */
  phase: "query" | "store";
  /** Who has answered in this phase. */
  heard: NodeId[];
  /** The newest version heard of; from the second phase on, the one that is stored. */
  tag: Tag;
  value: KeyValueResult;
}

export interface AbdState {
  /** How many nodes there are. */
  readonly size: number;
  registers: Registers;
  /** By client and number of the request. */
  operations: Record<string, Operation>;
}

/** `operation` names the request, so that an answer finds it again. */
export type AbdMessage =
  | { readonly type: "Query"; readonly operation: string; readonly key: string }
  | ({ readonly type: "QueryReply"; readonly operation: string } & TaggedValue)
  | ({ readonly type: "Store"; readonly operation: string; readonly key: string } & TaggedValue)
  | { readonly type: "StoreReply"; readonly operation: string; readonly tag: Tag };

/** The types of the register, for the contract. */
export interface Abd {
  State: AbdState;
  Message: AbdMessage;
  Timer: { readonly operation: string };
  Stored: Registers;
  Input: Request<KeyValueCommand>;
  Output: Answer<KeyValueResult>;
}
