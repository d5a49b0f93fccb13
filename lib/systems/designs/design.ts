import type { Protocol } from "../../protocol.js";
import type { Serving } from "../../replication/service/serving.js";
import type { Hardware } from "../../sim/hardware.js";

/** What whoever builds a cluster of a design may choose. */
export interface Sizes {
  readonly nodes: number;
  /** Copies of a key where a design does not keep one on each node; at most `nodes`. */
  readonly replicas: number;
  /** Groups of a design with a leader a shard. */
  readonly shards: number;
  /** Patience with a silent leader: from this to twice this, ms; and time between heartbeats, ms. */
  readonly timeout: number;
  readonly heartbeat: number;
  /** How long a coordinator without a leader waits before it asks again, ms. */
  readonly retry: number;
  /** Commands that Raft may put into one message. */
  readonly batch: number;
  /** By key: all nodes, those that should hold it first, for designs that place keys. Default: by hashing. */
  preference?(key: string): readonly number[];
}

/**
 * What the clients' histories keep, from strong to weak. `linearizable`: as on one copy. `sequential`: one order of all
 * operations, which agrees with each client's own; answers may be old. `regular`: a read finds the last write that had
 * ended, or one under way. `prefix`: copies take the same writes in the same order (of a shard), and a read finds what
 * one of them has: it may be older than what the client saw or wrote before (Terry 2013, consistent prefix).
 * `eventual`: replicas agree in the end. `lossy`: what was acknowledged may be gone after a crash.
 */
export type Guarantee = "linearizable" | "sequential" | "regular" | "prefix" | "eventual" | "lossy";

/** Whom a client asks first: the leader, or, if any node will do, the nearest. */
export type Door = "leader" | "nearest";

/** One way to run a design, and what its clients may rely on. */
export interface Variant {
  readonly guarantee: Guarantee;
  readonly reads: Door;
  readonly writes: Door;
  build(sizes: Sizes): Protocol<Serving>;
  /**
   * Operations a ms of a saturated cluster: the busiest node's processor time for an operation, by the messages that the
   * design needs. `reads` is the share of reads. Null where nobody has a formula, as where several commands share a message.
   */
  capacity(sizes: Sizes, reads: number, hardware: Pick<Hardware, "receive" | "send">): number | null;
}

/** A way to replicate a key-value store. */
export interface Design {
  readonly name: string;
  readonly leadership: "one leader" | "a leader a shard" | "no leader";
  /** Linearizable, if the design can be. */
  readonly strong?: Variant;
  /** The cheapest that is offered with less. */
  readonly weak?: Variant;
  /** Whether a node leads (one group or more) at the moment. Absent: nobody ever does. */
  leads?(state: any): boolean;
  /** Which of the groups with leaders of their own a key belongs to. Absent: there is one. */
  groupOf?(key: string, sizes: Sizes): number;
}
