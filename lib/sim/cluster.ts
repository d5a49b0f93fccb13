import type { NodeView } from "../promises.js";
import type { InputOf, NodeId, OutputOf, Protocol, TimerOf, Types } from "../protocol.js";
import { checkSeed, deriveRandom, deriveSeed, type Distribution, parseDistribution, type Random } from "../random.js";
import { takesForGenuine } from "./authentication.js";
import { carryOut, type Outside } from "./carryOut.js";
import { setClocks } from "./clocks.js";
import { checkCommand, type Command, type Target } from "./command.js";
import { copy } from "./copy.js";
import { Digest } from "./digest.js";
import { Disk, type Write } from "./disk.js";
import { freeze } from "./freeze.js";
import { grown } from "./grown.js";
import { Machines } from "./hardware.js";
import { type Batch, Node, type Timer, type Waiting, type World } from "./node.js";
import { boundedDelay, Network, probability } from "./network.js";
import type { ClusterOptions, Observer } from "./options.js";
import { EventQueue } from "./queue.js";
import { parseSchedule, type Scheduled } from "./schedule.js";
import { smallInt32Array } from "./slab.js";
import { Trace } from "./trace.js";

/** Something a node told its client, and when it left the node (ms): later than it was said, on hardware that takes time. */
export interface ClientOutput<T extends Types> {
  readonly time: number;
  readonly node: NodeId;
  readonly output: OutputOf<T>;
}

const DELIVER = 0;
const TIMER = 1;
const SYNCED = 2;
const COMMAND = 3;
/** Of a paused node only: it waits with the events that come for it, and keeps its place among them. */
const INPUT = 4;
/** A node's processor has taken in what came: only on hardware that takes time. */
const TAKEN_IN = 5;

/** Streams of the seed beyond those of the nodes and of the network. */
const TORN = 1;
const CLOCKS = 2;

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
  #machines: Machines | undefined;
  /** On hardware that takes time: when the message under way to `#queueDelivery` has left its node, ms. */
  #leaves = 0;
  #diskWrite: Distribution | undefined;
  /** @internal */
  readonly slowDisk: boolean;
  /** @internal */
  readonly groupCommit: boolean;
  #digest: Digest | undefined;
  readonly #observer: Observer<T> | undefined;
  readonly #passing: "shared" | "frozen" | "cloned";
  /** By what commands are aimed at a role. A replay keeps it, whatever its trace is to show. */
  #aim: ((state: T["State"]) => string) | undefined;
  /** Decides what a crash finds on a disk. */
  #torn: { readonly probability: number; readonly random: Random } | undefined;
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
    this.groupCommit = options.groupCommit ?? false;
    this.#observer = options.observer;
    this.#passing = options.messages ?? "shared";
    this.#aim = options.probe;
    this.#start();
  }

  #start(): void {
    const { size, seed = 1, diskWrite, tornWrite = 0, clockSkew, clockDrift, hardware, disks, trace = false, digest = true } = this.options;
    checkSeed(seed);
    this.#network = new Network(size, deriveSeed(seed, size), this.options);
    if (hardware) this.#machines = new Machines(size, hardware);
    this.#diskWrite = typeof diskWrite === "string" ? parseDistribution(diskWrite) : diskWrite;
    this.#digest = digest ? new Digest() : undefined;
    this.trace = trace ? new Trace() : undefined;
    if (probability("tornWrite", tornWrite) > 0) this.#torn = { probability: tornWrite, random: deriveRandom(seed, size + TORN) };
    for (let id = 0; id < size; id++) this.#nodes.push(new Node<T>(this, id, size, deriveRandom(seed, id), new Disk(disks?.(id))));
    if (clockSkew !== undefined || clockDrift !== undefined) setClocks(this.#nodes, clockSkew, clockDrift, deriveRandom(seed, size + CLOCKS));
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
      else this.#digest.event(time, (to << 3) | kind);
    }
    if (kind !== COMMAND && this.#nodes[to]!.waiting) {
      // It has left the queue; a crash during the pause must not make it seem to stand there still.
      if (kind === TIMER) (payload as Timer).queuedTime = Infinity;
      this.#nodes[to]!.waiting!.push({ kind, from: this.#what[4 * slot + 2]!, id: this.#what[4 * slot + 3]!, sequence: queue.sequenceOf(slot), payload });
      return true;
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
      case TAKEN_IN:
        this.#takenIn(this.#nodes[to]!, this.#what[4 * slot + 3]!, payload as Waiting);
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
    checkCommand(given, this.options);
    const command = copy(given);
    if (at !== undefined && !(at >= this.now && at < Infinity)) throw new RangeError(`expected a time from now (${this.now} ms) on, not ${at}`);
    this.#journal.push({ events: this.events, now: this.now, command, ...(at === undefined ? {} : { at }) });
    if (at === undefined) {
      this.#digest?.event(this.now, COMMAND);
      this.#carryOut(command);
    } else this.#push(at, this.#sequence++, COMMAND, 0, 0, 0, command);
  }

  /** Schedules commands: a text such as `at 200 crash leader; at 900 heal` (see `parseSchedule`), or a list. */
  schedule(given: string | readonly Scheduled<T>[]): void {
    const schedule = typeof given === "string" ? parseSchedule<T>(given) : given;
    for (const { command } of schedule) checkCommand(command, this.options);
    for (const { at, command } of schedule) this.command(command, at);
  }

  /** A client asks a node something; a node that is down never hears of it. */
  input(node: Target, input: InputOf<T>, at?: number): void {
    this.command({ type: "input", node, input }, at);
  }

  crash(node: Target, at?: number): void {
    this.command({ type: "crash", node }, at);
  }

  restart(node: NodeId | "all", at?: number): void {
    this.command({ type: "restart", node }, at);
  }

  /** Cuts the links between nodes of different groups and no others; nodes in no group form one more. */
  partition(groups: readonly (readonly NodeId[])[], at?: number): void {
    this.command({ type: "partition", groups }, at);
  }

  /** Mends every cut. */
  heal(at?: number): void {
    this.command({ type: "heal" }, at);
  }

  /**
   * The same run again, up to `events` events (default: all so far) and the commands given before the next one, in a new
   * cluster; `options` may ask for a trace.
   */
  replay(options: Pick<ClusterOptions<T>, "trace" | "probe" | "observer" | "messages"> = {}, events = this.events): Cluster<T> {
    if (!Number.isInteger(events) || events < 0 || events > this.events) throw new RangeError(`this run has 0 to ${this.events} events, not ${events}`);
    const { observer: _, ...own } = this.options;
    const twin = new Cluster(this.protocol, { ...own, ...options });
    twin.#aim = this.#aim;
    const stepTo = (events: number) => {
      while (twin.events < events) if (!twin.step()) throw new Error(`the replay ended after ${twin.events} of ${events} events: something in this run is not decided by its seed (checkDeterminism says where)`);
    };
    for (const entry of this.#journal) {
      if (entry.events > events) break;
      stepTo(entry.events);
      twin.now = entry.now;
      twin.command(entry.command, entry.at);
    }
    stepTo(events);
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

  #carryOut(command: Command<T>): void {
    this.#digest?.value(command);
    this.#outside ??= this.#makeOutside();
    carryOut(command, this.#outside);
  }

  /** What commands may do to this cluster; made for the first of them. */
  #outside: Outside<T> | undefined;

  #makeOutside(): Outside<T> {
    return {
      size: this.options.size,
      network: this.#network,
      eachOf: (target, act) => this.#eachOf(target, act),
      ask: (node, input) => this.#ask(node, input),
      crash: (node) => this.#crash(node),
      restart: (node, disk) => this.#restart(node, disk),
      pause: (node) => this.#pause(node),
      resume: (node) => this.#resume(node),
      unclog: () => this.#unclog(),
      forge: (from, to, by, message) => this.#forge(from, to, by, message),
    };
  }

  /** Does something with whom a command is for. */
  #eachOf(target: Target | "all", act: (node: Node<T>) => void): void {
    if (target === "all") this.#nodes.forEach(act);
    else if (typeof target === "number") act(this.#nodes[target]!);
    else {
      const node = this.#nodes.find(({ up, state }) => up && this.#aim?.(state) === target.role);
      this.#digest?.integer(node ? node.self : -1);
      if (node) act(node);
    }
  }

  #ask(node: Node<T>, input: InputOf<T>): void {
    if (!node.up) return this.trace?.note("missed", this.now, node.self, input);
    if (node.waiting) return void node.waiting.push({ kind: INPUT, from: 0, id: 0, sequence: 0, payload: input });
    if (this.#machines) return this.#enter(node, { kind: INPUT, from: 0, id: 0, sequence: 0, payload: input });
    this.#onInput(node, input);
  }

  #onInput(node: Node<T>, input: InputOf<T>): void {
    this.trace?.note("input", this.now, node.self, input);
    // The command is kept for replays: what the node may change is a copy.
    const own = copy(input);
    this.#handle(node, () => this.protocol.onInput?.(node.state, own, node));
  }

  #crash(node: Node<T>): void {
    if (!node.up) return;
    for (const { kind, id, payload } of node.waiting ?? []) {
      if (kind === DELIVER) this.trace?.drop(this.now, node.self, id, "down");
      else if (kind === INPUT) this.trace?.note("missed", this.now, node.self, payload);
    }
    const lost = node.unsynced.reduce((sum, { handlers }) => sum + handlers, 0);
    const torn = this.#torn && this.#torn.random() < this.#torn.probability ? node.tear(this.#torn.random) : 0;
    node.crash();
    this.#machines?.crash(node.self);
    this.trace?.note("crash", this.now, node.self, lost > 0 ? { lost, torn } : undefined);
    this.#observer?.acted?.(node);
  }

  /** What waited for a paused node happens now, in the order in which it came. */
  #resume(node: Node<T>): void {
    const waiting = node.waiting;
    if (!waiting) return;
    node.waiting = undefined;
    this.trace?.note("resume", this.now, node.self);
    // At once, not as new events: nothing else that comes at this time may overtake what came before.
    for (const { kind, from, id, sequence, payload } of waiting) {
      if (kind === DELIVER) this.#deliver(node, from, id, payload as T["Message"]);
      else if (kind === SYNCED) this.#synced(node, payload as Batch<T>);
      else if (kind === INPUT) this.#ask(node, payload as InputOf<T>);
      else if (kind === TAKEN_IN) this.#takenIn(node, id, payload as Waiting);
      // An earlier one may have cancelled it or set it again.
      else if ((payload as Timer).set && (payload as Timer).sequence === sequence) this.#fire(node, payload as Timer);
    }
  }

  #restart(node: Node<T>, disk: "kept" | "lost" = "kept"): void {
    if (node.up) return;
    if (disk === "lost") node.disk = new Disk();
    this.#boot(node, "restart", disk);
  }

  #pause(node: Node<T>): void {
    if (!node.up || node.waiting) return;
    node.waiting = [];
    this.trace?.note("pause", this.now, node.self);
  }

  #unclog(): void {
    this.#leaves = this.now;
    for (const { from, to, id, message } of this.#network.unclog()) this.#queueDelivery(from, to, id, message);
  }

  /** What is not genuine is dropped at once: in the trace it has been sent by whom it names. */
  #forge(from: NodeId, { self: to }: Node<T>, by: NodeId | undefined, message: T["Message"]): void {
    const id = this.#messages++;
    // The command is kept for replays: what the node may change is a copy.
    const own = this.sealed(copy(message));
    this.trace?.send(this.now, from, to, own);
    const cut = by !== undefined && this.#network.isCut(by, to);
    if (cut || !takesForGenuine(this.options.authentication ?? "none", from, by)) return this.trace?.drop(this.now, to, id, cut ? "cut" : "forged");
    this.#leaves = this.now;
    this.#queueDelivery(from, to, id, own);
  }

  #boot(node: Node<T>, kind: "start" | "restart", disk: "kept" | "lost" = "kept"): void {
    node.up = true;
    node.role = undefined;
    this.trace?.note(kind, this.now, node.self, kind === "restart" ? disk : undefined);
    this.#handle(node, () => {
      node.state = this.protocol.init(node.self, node.size, copy(node.disk.stored), copy(node.disk.log), copy(node.disk.snapshot));
      this.protocol.onStart?.(node.state, node);
    });
  }

  /** `takenIn`: on hardware that takes time, the processor has done so. */
  #deliver(node: Node<T>, from: NodeId, id: number, message: T["Message"], takenIn = false): void {
    if (!node.up) {
      this.trace?.drop(this.now, node.self, id, "down");
      return;
    }
    if (this.#machines && !takenIn && from !== node.self) return this.#enter(node, { kind: DELIVER, from, id, sequence: 0, payload: message });
    this.trace?.deliver(this.now, node.self, id);
    try {
      if (this.slowDisk) node.beginHandler();
      this.protocol.onMessage(node.state, from, this.#passing === "cloned" ? copy(message) : message, node);
      if (this.slowDisk) node.endHandler();
    } catch (error) {
      throw this.#failure(node, error);
    }
    this.#acted(node);
  }

  /** On hardware that takes time: what has come waits for the node's processor. */
  #enter(node: Node<T>, work: Waiting): void {
    const at = this.#machines!.enter(node.self, this.now, work);
    if (at !== undefined) this.#push(at, this.#sequence++, TAKEN_IN, node.self, 0, node.life, work);
  }

  #takenIn(node: Node<T>, life: number, { kind, from, id, payload }: Waiting): void {
    if (life !== node.life) return;
    if (kind === DELIVER) this.#deliver(node, from, id, payload as T["Message"], true);
    else this.#onInput(node, payload as InputOf<T>);
    const next = this.#machines!.next(node.self);
    if (next) this.#push(next.at, this.#sequence++, TAKEN_IN, node.self, 0, node.life, next.work);
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
    this.#acted(node);
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
    this.#acted(node);
  }

  #acted(node: Node<T>): void {
    if (this.trace) this.#noteRole(node);
    if (this.#observer) this.#observer.acted?.(node);
  }

  #failure(node: Node<T>, error: unknown): Error {
    const reason = (error instanceof Error ? error.message : String(error)) + (this.#passing === "frozen" && isWriteToFrozen(error) ? FROZEN : "");
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
      const node = this.#nodes[this.#what[4 * slot + 1]!]!;
      if (timer.set) this.queueTimer(node, timer);
      else node.forgetTimer(timer);
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
  sealed<V>(value: V): V {
    return this.#passing === "cloned" ? copy(value) : this.#passing === "frozen" ? freeze(value) : value;
  }

  /** @internal */
  nextSequence(): number {
    return this.#sequence++;
  }

  /** @internal */
  transmit(from: NodeId, to: NodeId, message: T["Message"]): void {
    const id = this.#messages++;
    this.trace?.send(this.now, from, to, message);
    this.#observer?.sent?.(this.#nodes[from]!, to, message);
    if (this.#machines) this.#leaves = to === from ? this.now : this.#machines.send(from, this.now, message);
    const network = this.#network;
    if (network.isCut(from, to) || network.loses(from, to)) {
      this.#digest?.message(to, message, NaN);
      this.trace?.drop(this.now, to, id, network.isCut(from, to) ? "cut" : "loss");
      return;
    }
    if (network.isClogged(from, to)) {
      this.#digest?.message(to, message, NaN);
      network.hold({ from, to, id, message });
      return;
    }
    this.#queueDelivery(from, to, id, message);
    if (network.duplicates()) this.#queueDelivery(from, to, id, message);
  }

  #queueDelivery(from: NodeId, to: NodeId, id: number, message: T["Message"]): void {
    const arrival = this.#network.arrival(this.#machines ? this.#leaves : this.now, from, to, message);
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
    batch.begins = node.diskFree > this.now ? node.diskFree : this.now;
    const duration = this.#diskWrite!.sample(node.random);
    node.diskFree = batch.begins + boundedDelay(duration);
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
    this.#observer?.told?.(this.#nodes[node]!, output);
    this.outputs.push({ time: this.#machines ? this.#machines.output(node, this.now, output) : this.now, node, output });
  }
}

/** What V8 says of a write to something frozen, in strict code. */
const isWriteToFrozen = (error: unknown) => error instanceof TypeError && /read only|not extensible|Cannot delete|Cannot redefine/.test(error.message);
const FROZEN = " (messages and outputs are frozen in this run: a handler may change a copy of what it sent or received, never the thing itself)";

function checkTime(time: number): void {
  if (typeof time !== "number" || Number.isNaN(time)) throw new RangeError(`expected a time to run to, in ms, not ${time}`);
}

/** Sets up a deterministic cluster in which every node runs `protocol`. */
export function simulate<T extends Types>(protocol: Protocol<T>, options: ClusterOptions<T>): Cluster<T> {
  return new Cluster(protocol, options);
}
