/**
 * What an engine declares of itself: which faults it bears, what it promises, and what must be reachable in its runs.
 * Types only. An engine writes its promises beside its rules; a simulated run, the explorer and the shrinker all judge
 * by them.
 */
import type { Durable, EntryOf, InputOf, NodeId, OutputOf, Protocol, SnapshotOf, StoredOf, TimerOf, Types } from "./protocol.js";

/** One node as a judge sees it. Read only. */
export interface NodeView<T extends Types> {
  readonly id: NodeId;
  readonly up: boolean;
  /** Its memory; while it is down, what it was at the crash. */
  readonly state: T["State"];
  /** What a crash would leave. */
  readonly disk: { readonly stored: StoredOf<T> | undefined; readonly snapshot?: SnapshotOf<T> | undefined; readonly log: readonly EntryOf<T>[] };
}

/**
 * What a judge remembers of a run. A *fact* is a value under a kind and a key, such as ("leader of term", 3): whoever
 * states another value later breaks the promise, and both witnesses are named.
 */
export interface Facts {
  /** States a fact. Breaks the promise if the same kind and key had another value. */
  agree(kind: string, key: number | string, value: number | string): void;
  /** States a number that may never be smaller than the one stated before under this kind and key. */
  rises(kind: string, key: number | string, value: number): void;
  /** Breaks the promise unless the condition holds; the message says what is wrong (given as a function, it is put together only then). */
  must(condition: boolean, message: string | (() => string)): void;
  /** What was stated under a kind and key, if anything. */
  known(kind: string, key: number | string): number | string | undefined;
}

/** Something that must hold in every run. Each hook is called at its moment; what is wrong is said through the facts. */
export interface Invariant<T extends Types> {
  /** The promise, in words: "at most one leader a term". */
  readonly name: string;
  /** Where it is stated: paper and section. */
  readonly source: string;
  /** After a node has acted (a message, a timer, an input, a start), or has crashed. It may look at this node alone. */
  afterStep?(node: NodeView<T>, facts: Facts): void;
  /** When a message leaves its node. */
  onSend?(from: NodeView<T>, to: NodeId, message: T["Message"], facts: Facts): void;
  /** When a node tells its client something. */
  onOutput?(node: NodeView<T>, output: OutputOf<T>, facts: Facts): void;
  /** After each step, where a promise is about several nodes at once. Costs more than `afterStep`. */
  overall?(nodes: readonly NodeView<T>[], facts: Facts): void;
  /** Spares time: whether a step of this node can change what `overall` finds. Default: any can. */
  concerns?(node: NodeView<T>): boolean;
}

/** Something that must happen in some run: without it the invariants would hold of nothing. */
export interface Reachable<T extends Types> {
  readonly name: string;
  /** After a node has acted. */
  afterStep?(node: NodeView<T>): boolean;
  /** When a message leaves its node. */
  onSend?(from: NodeView<T>, to: NodeId, message: T["Message"]): boolean;
  /** After each step. */
  overall?(nodes: readonly NodeView<T>[]): boolean;
  /** Spares time: whether a step of this node can bring about what `overall` looks for. Default: any can. */
  concerns?(node: NodeView<T>): boolean;
}

/** Something that must have come about by the end of a calm phase, in which nothing fails any more. */
export interface Progress<T extends Types> {
  readonly name: string;
  readonly source: string;
  /** Undefined if it has come about; otherwise what is missing, in words. */
  missing(nodes: readonly NodeView<T>[]): string | undefined;
}

/** A last trial of a cluster that has come to rest, on a network that is quick: one node is isolated, or none, and something must or must not come about. */
export interface Ending<T extends Types> {
  readonly name: string;
  readonly source: string;
  /** The first node with this role is cut off while it lasts; unless given, nothing happens. */
  readonly isolate?: string;
  /** How long it lasts, ms. */
  readonly lasts: number;
  /** How long after the cut is mended it is judged, ms; unless given, it is judged while the cut lasts. */
  readonly healed?: number;
  /** The smallest cluster that it is for. Default 1. */
  readonly nodes?: number;
  /** What is kept of the cluster as it was before. */
  remember(nodes: readonly NodeView<T>[]): string;
  /** Undefined if all is well; otherwise what is wrong, in words. */
  missing(nodes: readonly NodeView<T>[], before: string): string | undefined;
}

/** What an engine does for clients, and how what they ask and hear reads as a history. */
export interface Service<T extends Types> {
  /** Name of the model that histories are judged against, such as "kv". */
  readonly model: string;
  /** What every history keeps. `regular`: a read finds what was written before it began, or what replaced it; `eventual`: what somebody wrote. */
  readonly consistency: "linearizable" | "sequential" | "regular" | "eventual";
  /**
   * `repeated`: a request that is asked again is still the same operation, as in engines that remember their clients'
   * requests. `once`: each asking is an operation of its own, so a client that hears nothing gives up: what it asked may
   * have happened, or may still. Default `repeated`.
   */
  readonly asking?: "repeated" | "once";
  /** A client's next request; `serial` counts from 1. The same request may be given to several nodes, one after the other. */
  request(client: number, serial: number, random: () => number): InputOf<T>;
  /** The operation that an input begins, or asks for again; undefined if it is no client's. */
  asked(input: InputOf<T>): Asked | undefined;
  /** What an output tells a client; undefined if it is for nobody. */
  answered(output: OutputOf<T>): Answered | undefined;
}

export interface Asked {
  readonly client: number;
  readonly serial: number;
  readonly f: string;
  readonly key?: string | number;
  readonly value: unknown;
}

/** A result; or word that the node that was asked has not done it and will not. */
export type Answered =
  | { readonly client: number; readonly serial: number; readonly type: "ok"; readonly value: unknown }
  | { readonly client: number; readonly serial: number; readonly type: "refused"; readonly leader: NodeId | null };

/** Faults that can be drawn for a run. */
export type FaultKind = "loss" | "duplication" | "reordering" | "partition" | "cut" | "clog" | "crash" | "pause" | "slow-disk" | "torn-write" | "lost-disk" | "clock-skew" | "clock-drift";

/** An engine with what it declares. */
export interface Declaration<T extends Types> {
  /** The engine's name on the command line. */
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Makes the protocol. */
  engine(): Protocol<T>;
  /** The faults it is made to bear, with all its promises kept. */
  readonly tolerates: readonly FaultKind[];
  /** Cluster sizes that hostile runs draw from. */
  readonly sizes: readonly number[];
  readonly invariants: readonly Invariant<T>[];
  readonly reachables: readonly Reachable<T>[];
  /** What the calm phase at a run's end must bring. */
  readonly progress: readonly Progress<T>[];
  /** Last trials, one after the other, once all progress has come about. Default: none. */
  readonly endings?: readonly Ending<T>[];
  /** What a node is called at the moment, such as its role; faults are aimed by it, pictures coloured. */
  probe?(state: T["State"]): string;
  /** What `probe` may say that is worth aiming faults at. Default: nothing. */
  readonly roles?: readonly string[];
  /** What a node's disk holds at the start; `random` is drawn from the run's seed. Default: nothing. */
  disks?(node: NodeId, random: () => number): Durable<T>;
  /** Inputs that clients and operators give in hostile runs; one is drawn at a time. Default: none. */
  inputs?(random: () => number): InputOf<T>;
  /** What clients do in hostile runs. Default: there are none. */
  readonly service?: Service<T>;
  /** The calm phase's length, in ms: how long progress may take when nothing fails. */
  readonly calm: number;
  /** Says how nodes are renamed, so that the explorer may take clusters for equal that differ in names alone. */
  readonly rename?: Renaming<T>;
}

/** How nodes are renamed in everything that may name them. */
export interface Renaming<T extends Types> {
  state(state: T["State"], to: (node: NodeId) => NodeId): T["State"];
  message(message: T["Message"], to: (node: NodeId) => NodeId): T["Message"];
  /** Default: the stored record names no node. */
  stored?(stored: StoredOf<T>, to: (node: NodeId) => NodeId): StoredOf<T>;
  /** Default: log entries name no node. */
  entry?(entry: EntryOf<T>, to: (node: NodeId) => NodeId): EntryOf<T>;
  /** Default: snapshots name no node. */
  snapshot?(snapshot: SnapshotOf<T>, to: (node: NodeId) => NodeId): SnapshotOf<T>;
  /** Default: timers name no node. */
  timer?(timer: TimerOf<T>, to: (node: NodeId) => NodeId): TimerOf<T>;
  /** Needed where an invariant states facts. */
  fact?(fact: Fact, to: (node: NodeId) => NodeId): Fact;
}

/** A fact that an invariant stated. */
export interface Fact {
  readonly kind: string;
  readonly key: number | string;
  readonly value: number | string;
}

/** An engine with one rule broken. */
export interface Mutant<T extends Types> {
  /** Its name on the command line: "duplicate-votes". */
  readonly name: string;
  /** The bug, in a few words: "the vote is not durable". */
  readonly bug: string;
  /** Who made it: implementation and issue; or which rule it breaks, by paper and section. */
  readonly source: string;
  /** Name of the sound engine that it breaks. */
  readonly engine: string;
  /** Name of the invariant or progress that must catch it. */
  readonly caughtBy: string;
  /** Makes the broken protocol. */
  broken(): Protocol<T>;
  /** Where the declaration's own disks, sizes or faults would not bring the bug out: what differs. */
  readonly under?: Partial<Pick<Declaration<T>, "sizes" | "tolerates" | "disks" | "inputs" | "calm" | "endings">>;
}
