import type { EntryOf, InputOf, NodeId, OutputOf, SnapshotOf, StoredOf, Types } from "../../protocol.js";
import type { Request } from "../../replication/service/machine.js";

/** What a replicated group is made of: any protocol whose timers are strings. */
export interface GroupTypes extends Types {
  Timer: string;
}

/** A record of the log that all groups of a node write to the same disk: entries at the end of a group's log; all but its first ones dropped; a snapshot in place of the first. */
export type GroupRecord<G extends Types> =
  | { readonly shard: number; readonly entry: EntryOf<G> }
  | { readonly shard: number; readonly length: number }
  | { readonly shard: number; readonly count: number; readonly snapshot: SnapshotOf<G> };

/** A message between two members of a group. */
export interface GroupMessage<G extends Types> {
  readonly shard: number;
  readonly message: G["Message"];
}

/** A node's memory of its groups. */
export interface GroupsMemory<G extends Types> {
  /** By shard: who is in the group. */
  readonly members: readonly Members[];
  /** By shard: its own member of that group; null where it has none. */
  groups: (G["State"] | null)[];
  /** By shard: what the group keeps beside its log; null if nothing yet. */
  stored: (StoredOf<G> | null)[];
}

/** What a group's member tells of a leader or of its configuration says which group it means; what clients are told does not. */
export type GroupOutput<G extends Types> = OutputOf<G> & { readonly shard?: number };

/** What a client asks: its command names the key that it is about. */
export type KeyedRequest = Request<{ readonly key: string }>;

/** What an operator asks of one group's member. */
export interface OperatorOf<G extends Types> {
  readonly type: "group";
  readonly shard: number;
  readonly input: InputOf<G>;
}

/** The types of several groups on the same nodes, for the contract. */
export interface Groups<G extends GroupTypes> {
  State: GroupsMemory<G>;
  Message: GroupMessage<G>;
  /** The shard and the name of the group's timer, with a space between. */
  Timer: string;
  Stored: readonly (StoredOf<G> | null)[];
  Entry: GroupRecord<G>;
  Input: KeyedRequest | OperatorOf<G>;
  Output: GroupOutput<G>;
}

/** Who a group's members are, as cluster nodes: the member with number i of the group is node `nodes[i]`. */
export type Members = readonly NodeId[];
