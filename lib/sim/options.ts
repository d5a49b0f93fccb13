import type { NodeView } from "../promises.js";
import type { Durable, NodeId, OutputOf, Types } from "../protocol.js";
import type { Distribution } from "../random.js";
import type { Authentication } from "./authentication.js";
import type { Hardware } from "./hardware.js";
import type { NetworkOptions } from "./network.js";

/** How a simulated cluster is set up. Everything else about a run follows from these options and the commands given. */
export interface ClusterOptions<T extends Types> extends NetworkOptions {
  /** How many nodes there are. */
  readonly size: number;
  /** Decides everything that is left to chance. An integer from 0 to 2^53 − 1. Default 1. */
  readonly seed?: number;
  /** How long a write takes to become durable, in ms. Default: a write is durable at once. */
  readonly diskWrite?: string | Distribution;
  /**
   * Whether writes that wait while the disk is busy become durable together, in one write (DeWitt et al. 1984). What a
   * handler said may then leave its node when a later handler's write has already undone its own, as a message that was
   * long on its way would arrive. Default false: one after another.
   */
  readonly groupCommit?: boolean;
  /**
   * Probability that a crash finds some of the writes under way on the disk: the first few, the last of them perhaps torn
   * (of an append only the first entries are there; a stored record or a snapshot is whole or absent). Default 0: all are lost.
   */
  readonly tornWrite?: number;
  /** By how much each node's clock is off, in ms, drawn once a node. Default 0. */
  readonly clockSkew?: string | Distribution;
  /** How much faster each node's clock runs than it should, in parts per million, drawn once a node. Default 0. */
  readonly clockDrift?: string | Distribution;
  /** What messages and requests cost the nodes that send and take them in. Default: nothing; each is handled when it comes. */
  readonly hardware?: Hardware;
  /** How receivers tell whose message it is; what it costs is a matter of the hardware (`withTags`). Default `none`. */
  readonly authentication?: Authentication;
  /** What each node's disk holds at the start. Default: nothing. */
  readonly disks?: (node: NodeId) => Durable<T>;
  /** What a node is called at the moment, such as its role in an election: for the trace, and to aim faults by. */
  readonly probe?: (state: T["State"]) => string;
  /**
   * How messages pass between nodes. `shared`, the default: by reference, for speed. `frozen`: whoever changes a message
   * that was sent or received fails at once. `cloned`: each receiver gets a copy of its own, as over a wire.
   */
  readonly messages?: "shared" | "frozen" | "cloned";
  /** Keeps a full trace. Default false; `replay` makes one of a run that kept none. */
  readonly trace?: boolean;
  /** Keeps a running digest. Default true. */
  readonly digest?: boolean;
  /** Is told of what nodes do, as they do it, and must not interfere. A replay has none unless it is given one. */
  readonly observer?: Observer<T>;
}

/** Watches a run. */
export interface Observer<T extends Types> {
  /** A node has started, handled something, or crashed. */
  acted?(node: NodeView<T>): void;
  /** A message leaves its node. */
  sent?(from: NodeView<T>, to: NodeId, message: T["Message"]): void;
  /** A node tells its client something. */
  told?(node: NodeView<T>, output: OutputOf<T>): void;
}
