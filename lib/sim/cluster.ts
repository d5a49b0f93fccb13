import type { EntryOf, InputOf, NodeId, OutputOf, Protocol, StoredOf, TimerOf, Types } from "../protocol.js";
import { checkSeed, deriveRandom, deriveSeed, type Distribution, parseDistribution } from "../random.js";
import { copy } from "./copy.js";
import { Digest } from "./digest.js";
import { Disk, type Write } from "./disk.js";
import { grown } from "./grown.js";
import { type Batch, Node, type Timer, type World } from "./node.js";
import { boundedDelay, Network, type NetworkOptions } from "./network.js";
import { EventQueue } from "./queue.js";
import { smallInt32Array } from "./slab.js";
import { Trace } from "./trace.js";

/** How a simulated cluster is set up. Everything else about a run follows from these options and the commands given. */
export interface ClusterOptions<T extends Types> extends NetworkOptions {
  /** How many nodes there are. */
  size: number;
  /** Decides everything that is left to chance. An integer from 0 to 2^53 − 1. Default 1. */
  seed?: number;
  /** How long a write takes to become durable, in ms. Default 0: a write is durable at once. */
  diskWrite?: string | Distribution;
  /** What each node's disk holds at the start. Default: nothing. */
  disks?: (node: NodeId) => { readonly stored?: StoredOf<T>; readonly log?: readonly EntryOf<T>[] };
  /** What a node is called in the trace at the moment, such as its role in an election. */
  probe?: (state: T["State"]) => string;
  /** Keeps a full trace. Default false; `replay` makes one of a run that kept none. */
  trace?: boolean;
  /** Keeps a running digest. Default true. */
  digest?: boolean;
}

/** What the outside world can do to a cluster. Plain data, so that a run can be told again. */
export type Command<T extends Types> =
  | { readonly type: "input"; readonly node: NodeId; readonly input: InputOf<T> }
  /** The node loses its memory and every write that is not durable. Nothing happens if it is down. */
  | { readonly type: "crash"; readonly node: NodeId }
  /** The node starts again with what its disk kept, or with an empty disk. Nothing happens if it is up. */
  | { readonly type: "restart"; readonly node: NodeId; readonly disk?: "kept" | "lost" }
  | { readonly type: "cut"; readonly from: NodeId; readonly to: NodeId }
  | { readonly type: "partition"; readonly groups: readonly (readonly NodeId[])[] }
  | { readonly type: "heal" };

/** Something a node told its client, and when (ms). */
export interface ClientOutput<T extends Types> {
  readonly time: number;
  readonly node: NodeId;
  readonly output: OutputOf<T>;
}

/** One node, as seen from outside. Read only. */
export interface NodeView<T extends Types> {
  readonly id: NodeId;
  readonly up: boolean;
  /** Its memory; while it is down, what it was at the crash. */
  readonly state: T["State"];
  readonly disk: Disk<T>;
}

const DELIVER = 0;
const TIMER = 1;
const SYNCED = 2;
const COMMAND = 3;

/**
 * A deterministic cluster in virtual time. One protocol runs on every node; messages, timers and disks are simulated;
 * one seed gives one run, event for event. It can be stepped, driven by commands, rewound, forked, and replayed with a
 * full trace.
 */
export class Cluster<T extends Types> implements World<T> {
  /** Virtual time, in ms. */
  now = 0;
  /** How many events (deliveries, timers, finished writes, scheduled commands) have happened. */
  events = 0;
  readonly protocol: Protocol<T>;
  readonly options: Readonly<ClusterOptions<T>>;
  /** What the nodes told their clients, in order. */
  outputs: ClientOutput<T>[] = [];
  /** The full trace, if the options asked for one. */
  trace: Trace | undefined;

  #nodes: Node<T>[] = [];
  #network!: Network;
  #diskWrite: Distribution | undefined;
  /** @internal */
  readonly slowDisk: boolean;
  #digest: Digest | undefined;
  #queue = new EventQueue();
  #sequence = 0;
  /** What is to happen at each slot of the queue: four integers, for kind, node, sender and message number, and a payload. */
  #what: Int32Array = smallInt32Array(4 * 64);
  #payload: unknown[] = [];
  #messages = 0;
  /** Commands given from outside, with the number of events before each: what a replay needs. */
  #journal: { readonly events: number; readonly now: number; readonly command: Command<T>; readonly at?: number }[] = [];

  constructor(protocol: Protocol<T>, options: ClusterOptions<T>) {
    if (!Number.isInteger(options.size) || options.size < 1) throw new RangeError(`a cluster's size is an integer from 1, not ${options.size}`);
    this.protocol = protocol;
    this.options = options;
    this.slowDisk = options.diskWrite !== undefined;
    this.#start();
  }

  #start(): void {
    const { size, seed = 1, diskWrite, disks, trace = false, digest = true } = this.options;
    checkSeed(seed);
    this.#network = new Network(size, deriveSeed(seed, size), this.options);
    this.#diskWrite = typeof diskWrite === "string" ? parseDistribution(diskWrite) : diskWrite;
    this.#digest = digest ? new Digest() : undefined;
    this.trace = trace ? new Trace() : undefined;
    for (let id = 0; id < size; id++) this.#nodes.push(new Node<T>(this, id, size, deriveRandom(seed, id), new Disk(disks?.(id))));
    for (const node of this.#nodes) this.#boot(node, "start");
  }

  /** The nodes, in order of their ids. */
  get nodes(): readonly NodeView<T>[] {
    return this.#nodes;
  }

  /** A fingerprint of all that has happened, as 16 hexadecimal digits. Throws if the options turned it off. */
  get digest(): string {
    if (!this.#digest) throw new Error("this cluster keeps no digest: create it with `digest: true`");
    return this.#digest.toString();
  }

  /** Time of the next event, in ms; +∞ if nothing is left to happen. */
  get nextTime(): number {
    this.#skipStaleTimers();
    return this.#queue.nextTime;
  }

  /** Lets the next event happen. Returns false if there is none. */
  step(): boolean {
    return this.#step(Infinity);
  }

  /** Lets the next event happen if it lies at `limit` (ms) or before. */
  #step(limit: number): boolean {
    this.#skipStaleTimers();
    const queue = this.#queue;
    if (queue.length === 0) return false;
    const slot = queue.peek();
    const time = queue.timeOf(slot);
    if (time > limit) return false;
    queue.pop();
    const kind = this.#what[4 * slot]!;
    const to = this.#what[4 * slot + 1]!;
    const payload = this.#payload[slot];
    this.now = time;
    this.events++;
    if (this.#digest) {
      // When and to whom a message comes was mixed in when it left.
      if (kind === DELIVER) this.#digest.delivery(this.#what[4 * slot + 3]!);
      else this.#digest.event(time, (to << 2) | kind);
    }
    switch (kind) {
      case DELIVER:
        this.#deliver(this.#nodes[to]!, this.#what[4 * slot + 2]!, this.#what[4 * slot + 3]!, payload);
        break;
      case TIMER:
        this.#fire(this.#nodes[to]!, payload as Timer);
        break;
      case SYNCED:
        this.#synced(this.#nodes[to]!, payload as Batch<T>);
        break;
      default:
        this.#carryOut(payload as Command<T>);
    }
    return true;
  }

  /** Lets everything happen up to and including `time` (ms), and sets the clock to it. */
  run(time: number): void {
    checkTime(time);
    while (this.#step(time)) {}
    if (time > this.now && time < Infinity) this.now = time;
  }

  /** Steps until `condition` holds or the next event lies after `limit` (ms). Returns whether it holds. */
  runUntil(condition: () => boolean, limit: number): boolean {
    checkTime(limit);
    while (!condition()) if (!this.#step(limit)) return false;
    return true;
  }

  /** Carries out a command now, or schedules it for a later time (ms). */
  command(given: Command<T>, at?: number): void {
    this.#checkCommand(given);
    const command = copy(given);
    if (at !== undefined && !(at >= this.now && at < Infinity)) throw new RangeError(`expected a time from now (${this.now} ms) on, not ${at}`);
    this.#journal.push({ events: this.events, now: this.now, command, ...(at === undefined ? {} : { at }) });
    if (at === undefined) this.#carryOut(command);
    else this.#push(at, this.#sequence++, COMMAND, 0, 0, 0, command);
  }

  /** A client asks a node something; a node that is down never hears of it. */
  input(node: NodeId, input: InputOf<T>, at?: number): void {
    this.command({ type: "input", node, input }, at);
  }

  crash(node: NodeId, at?: number): void {
    this.command({ type: "crash", node }, at);
  }

  restart(node: NodeId, at?: number): void {
    this.command({ type: "restart", node }, at);
  }

  /** Cuts the links between nodes of different groups and no others; nodes in no group form one more. */
  partition(groups: readonly (readonly NodeId[])[], at?: number): void {
    this.command({ type: "partition", groups }, at);
  }

  /** Mends every link. */
  heal(at?: number): void {
    this.command({ type: "heal" }, at);
  }

  /**
   * The same run again, up to `events` events (default: all so far) and the commands given before the next one, in a new
   * cluster; `options` may ask for a trace.
   */
  replay(options: { trace?: boolean; probe?: (state: T["State"]) => string } = {}, events = this.events): Cluster<T> {
    if (!Number.isInteger(events) || events < 0 || events > this.events) throw new RangeError(`this run has 0 to ${this.events} events, not ${events}`);
    const twin = new Cluster(this.protocol, { ...this.options, ...options });
    for (const entry of this.#journal) {
      if (entry.events > events) break;
      while (twin.events < entry.events) twin.step();
      twin.now = entry.now;
      twin.command(entry.command, entry.at);
    }
    while (twin.events < events) twin.step();
    if (events === this.events) twin.now = this.now;
    return twin;
  }

  /** This run as it stood after `events` events, in a new cluster. */
  rewind(events: number): Cluster<T> {
    return this.replay({}, events);
  }

  /** A second cluster at the same point, to be driven another way. */
  fork(): Cluster<T> {
    return this.replay();
  }

  #checkCommand(command: Command<T>): void {
    const nodes: unknown[] = command.type === "partition" ? command.groups.flat() : command.type === "cut" ? [command.from, command.to] : command.type === "heal" ? [] : [command.node];
    for (const node of nodes) {
      if (!Number.isInteger(node) || (node as number) < 0 || (node as number) >= this.options.size) {
        throw new RangeError(`expected a node from 0 to ${this.options.size - 1} in the command "${command.type}", not ${node}`);
      }
    }
  }

  #carryOut(command: Command<T>): void {
    this.#digest?.value(command);
    switch (command.type) {
      case "input": {
        const node = this.#nodes[command.node]!;
        this.trace?.note("input", this.now, node.self, command.input);
        if (node.up) this.#handle(node, () => this.protocol.onInput?.(node.state, command.input, node));
        break;
      }
      case "crash": {
        const node = this.#nodes[command.node]!;
        if (!node.up) break;
        node.crash();
        this.trace?.note("crash", this.now, node.self);
        break;
      }
      case "restart": {
        const node = this.#nodes[command.node]!;
        if (node.up) break;
        if (command.disk === "lost") node.disk = new Disk();
        this.#boot(node, "restart");
        break;
      }
      case "cut":
        this.#network.cut(command.from, command.to);
        break;
      case "partition":
        this.#network.partition(command.groups);
        break;
      case "heal":
        this.#network.heal();
    }
  }

  #boot(node: Node<T>, kind: "start" | "restart"): void {
    node.up = true;
    node.role = undefined;
    node.state = this.protocol.init(node.self, node.size, copy(node.disk.stored), copy(node.disk.log));
    this.trace?.note(kind, this.now, node.self);
    this.#handle(node, () => this.protocol.onStart?.(node.state, node));
  }

  #deliver(node: Node<T>, from: NodeId, id: number, message: T["Message"]): void {
    if (!node.up) {
      this.trace?.drop(this.now, node.self, id, "down");
      return;
    }
    this.trace?.deliver(this.now, node.self, id);
    try {
      if (this.slowDisk) node.beginHandler();
      this.protocol.onMessage(node.state, from, message, node);
      if (this.slowDisk) node.endHandler();
    } catch (error) {
      throw this.#failure(node, error);
    }
    if (this.trace) this.#noteRole(node);
  }

  #fire(node: Node<T>, timer: Timer): void {
    timer.set = false;
    timer.queuedTime = Infinity;
    timer.queuedSequence = -1;
    this.trace?.note("timer", this.now, node.self, timer.key);
    this.#digest?.value(timer.key);
    try {
      if (this.slowDisk) node.beginHandler();
      this.protocol.onTimer?.(node.state, timer.key as TimerOf<T>, node);
      if (this.slowDisk) node.endHandler();
    } catch (error) {
      throw this.#failure(node, error);
    }
    node.forgetTimer(timer);
    if (this.trace) this.#noteRole(node);
  }

  #synced(node: Node<T>, batch: Batch<T>): void {
    if (batch.life !== node.life) return;
    for (const write of batch.writes) node.disk.sync(write);
    node.unsynced.shift();
    try {
      node.release(batch);
    } catch (error) {
      throw this.#failure(node, error);
    }
  }

  #handle(node: Node<T>, handler: () => void): void {
    try {
      if (this.slowDisk) node.beginHandler();
      handler();
      if (this.slowDisk) node.endHandler();
    } catch (error) {
      throw this.#failure(node, error);
    }
    if (this.trace) this.#noteRole(node);
  }

  #failure(node: Node<T>, error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    return new Error(`node ${node.self} failed at ${this.now} ms, in event ${this.events} of the run with seed ${this.options.seed ?? 1}: ${reason}`, { cause: error });
  }

  #noteRole(node: Node<T>): void {
    const role = this.options.probe?.(node.state);
    if (role === undefined || role === node.role) return;
    node.role = role;
    this.trace!.note("role", this.now, node.self, role);
  }

  /** Removes events of timers that were cancelled, replaced or lost, and puts those that were set later in their place. */
  #skipStaleTimers(): void {
    const queue = this.#queue;
    while (queue.length > 0) {
      const slot = queue.peek();
      if (this.#what[4 * slot] !== TIMER) return;
      const timer = this.#payload[slot] as Timer;
      const sequence = queue.sequenceOf(slot);
      if (timer.set && timer.sequence === sequence) return;
      queue.pop();
      if (timer.queuedSequence !== sequence) continue;
      timer.queuedTime = Infinity;
      timer.queuedSequence = -1;
      if (timer.set) this.queueTimer(this.#nodes[this.#what[4 * slot + 1]!]!, timer);
    }
  }

  /** Puts an event into the queue. */
  #push(time: number, sequence: number, kind: number, to: NodeId, from: NodeId, id: number, payload: unknown): void {
    const slot = this.#queue.push(time, sequence);
    if (4 * slot === this.#what.length) this.#what = grown(this.#what);
    this.#what[4 * slot] = kind;
    this.#what[4 * slot + 1] = to;
    this.#what[4 * slot + 2] = from;
    this.#what[4 * slot + 3] = id;
    this.#payload[slot] = payload;
  }

  /** @internal */
  nextSequence(): number {
    return this.#sequence++;
  }

  /** @internal */
  transmit(from: NodeId, to: NodeId, message: T["Message"]): void {
    const id = this.#messages++;
    this.trace?.send(this.now, from, to, message);
    if (this.#network.isCut(from, to) || this.#network.loses(from, to)) {
      this.#digest?.message(to, message, NaN);
      this.trace?.drop(this.now, to, id, this.#network.isCut(from, to) ? "cut" : "loss");
      return;
    }
    this.#queueDelivery(from, to, id, message);
    if (this.#network.duplication > 0 && this.#network.duplicates()) this.#queueDelivery(from, to, id, message);
  }

  #queueDelivery(from: NodeId, to: NodeId, id: number, message: T["Message"]): void {
    const arrival = this.now + this.#network.delay(from, to, message);
    this.#digest?.message(to, message, arrival);
    this.#push(arrival, this.#sequence++, DELIVER, to, from, id, message);
  }

  /** @internal */
  queueTimer(node: Node<T>, timer: Timer): void {
    timer.queuedTime = timer.deadline;
    timer.queuedSequence = timer.sequence;
    this.#push(timer.deadline, timer.sequence, TIMER, node.self, 0, 0, timer);
  }

  /** @internal */
  queueSync(node: Node<T>, batch: Batch<T>): void {
    const begin = node.diskFree > this.now ? node.diskFree : this.now;
    const duration = this.#diskWrite!.sample(node.random);
    node.diskFree = begin + boundedDelay(duration);
    this.#push(node.diskFree, this.#sequence++, SYNCED, node.self, 0, 0, batch);
  }

  /** @internal */
  wrote(node: NodeId, write: Write<T>): void {
    this.#digest?.value(write);
    this.trace?.note("save", this.now, node, write);
  }

  /** @internal */
  emit(node: NodeId, output: OutputOf<T>): void {
    this.#digest?.value(output);
    this.trace?.note("output", this.now, node, output);
    this.outputs.push({ time: this.now, node, output });
  }
}

function checkTime(time: number): void {
  if (typeof time !== "number" || Number.isNaN(time)) throw new RangeError(`expected a time to run to, in ms, not ${time}`);
}

/** Sets up a deterministic cluster in which every node runs `protocol`. */
export function simulate<T extends Types>(protocol: Protocol<T>, options: ClusterOptions<T>): Cluster<T> {
  return new Cluster(protocol, options);
}
