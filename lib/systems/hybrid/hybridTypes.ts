import type { Swim, SwimMessage, Update } from "../../gossip/membership/types.js";
import type { NodeId, StoredOf } from "../../protocol.js";
import type { ReplicatedRaft } from "../../replication/raft/replicatedTypes.js";
import type { GroupMessage, GroupOutput, GroupRecord, GroupsMemory, KeyedRequest } from "./groupTypes.js";

/** Who leads a shard, as far as gossip tells; `term` 0: nobody has told anything. It may be long out of date, and nothing but a client's way rests on it. */
export interface Route {
  readonly term: number;
  readonly leader: NodeId;
}

/** A node's memory: what gossip tells it, and its members of groups. */
export interface HybridState<S, C, R> extends GroupsMemory<ReplicatedRaft<S, C, R>> {
  swim: Swim["State"];
  /** All that it takes for alive or suspect, itself included; in order. */
  view: NodeId[];
  /** Since when it takes them for that, local ms. */
  viewSince: number;
  /** By shard. */
  routes: Route[];
}

/** What nodes say to each other: word of who is there, with who leads what; and what groups say among themselves. */
export type HybridMessage<S, C, R> = { readonly swim: SwimMessage; readonly routes: readonly Route[] } | GroupMessage<ReplicatedRaft<S, C, R>>;

/** The types of a hybrid cluster, for the contract. */
export interface Hybrid<S, C, R> {
  State: HybridState<S, C, R>;
  Message: HybridMessage<S, C, R>;
  /** SWIM's timers; those of groups, as strings that begin with their shard; and `balance`. */
  Timer: Swim["Timer"] | string;
  Stored: readonly (StoredOf<ReplicatedRaft<S, C, R>> | null)[];
  Entry: GroupRecord<ReplicatedRaft<S, C, R>>;
  Input: KeyedRequest;
  /** What groups tell; and what the node takes another for. */
  Output: GroupOutput<ReplicatedRaft<S, C, R>> | (Update & { readonly type: "member" });
}
