import type { InputOf, NodeId, OutputOf, Protocol, TimerOf, Types } from "../protocol.js";
import { checkSeed, deriveRandom, deriveSeed, type Distribution, parseDistribution, type Random } from "../random.js";
import { takesForGenuine } from "./authentication.js";
import { carryOut, type Outside } from "./carryOut.js";
import { setClocks } from "./clocks.js";
import type { Command, Target } from "./command.js";
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

/** What happens in a cluster, event by event: nodes, network, disks, machines, and the queue of what is to come. */
export class Simulation<T extends Types> implements World<T>, Outside<T> {
  /** Virtual time, in ms. */
  now = 0;
  /** How many events have happened. */
  events = 0;
  readonly outputs: ClientOutput<T>[] = [];
  readonly trace: Trace | undefined;
  readonly digest: Digest | undefined;
  readonly size: number;
  readonly nodes: Node<T>[] = [];
  readonly network: Network;
  readonly slowDisk: boolean;
  readonly groupCommit: boolean;
  /** By what commands are aimed at a role. A replay keeps it, whatever its trace is to show. */
  aim: ((state: T["State"]) => string) | undefined;

  readonly #protocol: Protocol<T>;
  readonly #options: Readonly<ClusterOptions<T>>;
  readonly #machines: Machines | undefined;
  /** On hardware that takes time: when the message under way to `#queueDelivery` has left its node, ms. */
  #leaves = 0;
  readonly #diskWrite: Distribution | undefined;
  readonly #observer: Observer<T> | undefined;
  readonly #passing: "shared" | "frozen" | "cloned";
  /** Decides what a crash finds on a disk. */
  readonly #torn: { readonly probability: number; readonly random: Random } | undefined;
  readonly #queue = new EventQueue();
  #sequence = 0;
  /** What is to happen at each slot of the queue: four integers, for kind, node, sender and message number, and a payload. */
  #what: Int32Array = smallInt32Array(4 * 64);
  readonly #payload: unknown[] = [];
  #messages = 0;

  constructor(protocol: Protocol<T>, options: Readonly<ClusterOptions<T>>) {
    const { size, seed = 1, diskWrite, groupCommit = false, tornWrite = 0, clockSkew, clockDrift, hardware, disks, trace = false, digest = true, observer, messages = "shared", probe } = options;
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`a cluster's size is an integer from 1, not ${size}`);
    checkSeed(seed);
    this.size = size;
    this.#protocol = protocol;
    this.#options = options;
    this.slowDisk = diskWrite !== undefined;
    this.groupCommit = groupCommit;
    this.#observer = observer;
    this.#passing = messages;
    this.aim = probe;
    this.network = new Network(size, deriveSeed(seed, size), options);
    if (hardware) this.#machines = new Machines(size, hardware);
    this.#diskWrite = typeof diskWrite === "string" ? parseDistribution(diskWrite) : diskWrite;
    this.digest = digest ? new Digest() : undefined;
    this.trace = trace ? new Trace() : undefined;
    if (probability("tornWrite", tornWrite) > 0) this.#torn = { probability: tornWrite, random: deriveRandom(seed, size + TORN) };
    for (let id = 0; id < size; id++) this.nodes.push(new Node<T>(this, id, size, deriveRandom(seed, id), new Disk(disks?.(id))));
    if (clockSkew !== undefined || clockDrift !== undefined) setClocks(this.nodes, clockSkew, clockDrift, deriveRandom(seed, size + CLOCKS));
    for (const node of this.nodes) this.#boot(node, "start");
  }

  /** Time of the next event, in ms; +∞ if nothing is left to happen. */
  get nextTime(): number {
    this.#skipStaleTimers();
    return this.#queue.nextTime;
  }

  /** Lets the next event happen if it lies at `limit` (ms) or before. */
  step(limit: number): boolean {
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
    if (this.digest) {
      // When and to whom a message comes was mixed in when it left.
      if (kind === DELIVER) this.digest.delivery(this.#what[4 * slot + 3]!);
      else this.digest.event(time, (to << 3) | kind);
    }
    if (kind !== COMMAND && this.nodes[to]!.waiting) {
      // It has left the queue; a crash during the pause must not make it seem to stand there still.
      if (kind === TIMER) (payload as Timer).queuedTime = Infinity;
      this.nodes[to]!.waiting!.push({ kind, from: this.#what[4 * slot + 2]!, id: this.#what[4 * slot + 3]!, sequence: queue.sequenceOf(slot), payload });
      return true;
    }
    switch (kind) {
      case DELIVER:
        this.#deliver(this.nodes[to]!, this.#what[4 * slot + 2]!, this.#what[4 * slot + 3]!, payload);
        break;
      case TIMER:
        this.#fire(this.nodes[to]!, payload as Timer);
        break;
      case SYNCED:
        this.#synced(this.nodes[to]!, payload as Batch<T>);
        break;
      case TAKEN_IN:
        this.#takenIn(this.nodes[to]!, this.#what[4 * slot + 3]!, payload as Waiting);
        break;
      default:
        this.#carryOut(payload as Command<T>);
    }
    return true;
  }

  /** Something is done from outside, now. */
  perform(command: Command<T>): void {
    this.digest?.event(this.now, COMMAND);
    this.#carryOut(command);
  }

  /** Something will be done from outside. */
  plan(command: Command<T>, at: number): void {
    this.#push(at, this.#sequence++, COMMAND, 0, 0, 0, command);
  }

  #carryOut(command: Command<T>): void {
    this.digest?.value(command);
    carryOut(command, this);
  }

  /** Does something with whom a command is for. */
  eachOf(target: Target | "all", act: (node: Node<T>) => void): void {
    if (target === "all") this.nodes.forEach(act);
    else if (typeof target === "number") act(this.nodes[target]!);
    else {
      const node = this.nodes.find(({ up, state }) => up && this.aim?.(state) === target.role);
      this.digest?.integer(node ? node.self : -1);
      if (node) act(node);
    }
  }

  ask(node: Node<T>, input: InputOf<T>): void {
    if (!node.up) return this.trace?.note("missed", this.now, node.self, input);
    if (node.waiting) return void node.waiting.push({ kind: INPUT, from: 0, id: 0, sequence: 0, payload: input });
    if (this.#machines) return this.#enter(node, { kind: INPUT, from: 0, id: 0, sequence: 0, payload: input });
    this.#onInput(node, input);
  }

  #onInput(node: Node<T>, input: InputOf<T>): void {
    this.trace?.note("input", this.now, node.self, input);
    // The command is kept for replays: what the node may change is a copy.
    const own = copy(input);
    this.#handle(node, () => this.#protocol.onInput?.(node.state, own, node));
  }

  crash(node: Node<T>): void {
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
  resume(node: Node<T>): void {
    const waiting = node.waiting;
    if (!waiting) return;
    node.waiting = undefined;
    this.trace?.note("resume", this.now, node.self);
    // At once, not as new events: nothing else that comes at this time may overtake what came before.
    for (const { kind, from, id, sequence, payload } of waiting) {
      if (kind === DELIVER) this.#deliver(node, from, id, payload as T["Message"]);
      else if (kind === SYNCED) this.#synced(node, payload as Batch<T>);
      else if (kind === INPUT) this.ask(node, payload as InputOf<T>);
      else if (kind === TAKEN_IN) this.#takenIn(node, id, payload as Waiting);
      // An earlier one may have cancelled it or set it again.
      else if ((payload as Timer).set && (payload as Timer).sequence === sequence) this.#fire(node, payload as Timer);
    }
  }

  restart(node: Node<T>, disk: "kept" | "lost" = "kept"): void {
    if (node.up) return;
    if (disk === "lost") node.disk = new Disk();
    this.#boot(node, "restart", disk);
  }

  pause(node: Node<T>): void {
    if (!node.up || node.waiting) return;
    node.waiting = [];
    this.trace?.note("pause", this.now, node.self);
  }

  unclog(): void {
    this.#leaves = this.now;
    for (const { from, to, id, message } of this.network.unclog()) this.#queueDelivery(from, to, id, message);
  }

  /** What is not genuine is dropped at once: in the trace it has been sent by whom it names. */
  forge(from: NodeId, { self: to }: Node<T>, by: NodeId | undefined, message: T["Message"]): void {
    const id = this.#messages++;
    // The command is kept for replays: what the node may change is a copy.
    const own = this.sealed(copy(message));
    this.trace?.send(this.now, from, to, own);
    const cut = by !== undefined && this.network.isCut(by, to);
    if (cut || !takesForGenuine(this.#options.authentication ?? "none", from, by)) return this.trace?.drop(this.now, to, id, cut ? "cut" : "forged");
    this.#leaves = this.now;
    this.#queueDelivery(from, to, id, own);
  }

  #boot(node: Node<T>, kind: "start" | "restart", disk: "kept" | "lost" = "kept"): void {
    node.up = true;
    node.role = undefined;
    this.trace?.note(kind, this.now, node.self, kind === "restart" ? disk : undefined);
    this.#handle(node, () => {
      node.state = this.#protocol.init(node.self, node.size, copy(node.disk.stored), copy(node.disk.log), copy(node.disk.snapshot));
      this.#protocol.onStart?.(node.state, node);
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
      this.#protocol.onMessage(node.state, from, this.#passing === "cloned" ? copy(message) : message, node);
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
    this.digest?.value(timer.key);
    try {
      if (this.slowDisk) node.beginHandler();
      this.#protocol.onTimer?.(node.state, timer.key as TimerOf<T>, node);
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
    return new Error(`node ${node.self} failed at ${this.now} ms, in event ${this.events} of the run with seed ${this.#options.seed ?? 1}: ${reason}`, { cause: error });
  }

  #noteRole(node: Node<T>): void {
    const role = this.#options.probe?.(node.state);
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
      const node = this.nodes[this.#what[4 * slot + 1]!]!;
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

  sealed<V>(value: V): V {
    return this.#passing === "cloned" ? copy(value) : this.#passing === "frozen" ? freeze(value) : value;
  }

  nextSequence(): number {
    return this.#sequence++;
  }

  transmit(from: NodeId, to: NodeId, message: T["Message"]): void {
    const id = this.#messages++;
    this.trace?.send(this.now, from, to, message);
    this.#observer?.sent?.(this.nodes[from]!, to, message);
    if (this.#machines) this.#leaves = to === from ? this.now : this.#machines.send(from, this.now, message);
    const network = this.network;
    if (network.isCut(from, to) || network.loses(from, to)) {
      this.digest?.message(to, message, NaN);
      this.trace?.drop(this.now, to, id, network.isCut(from, to) ? "cut" : "loss");
      return;
    }
    if (network.isClogged(from, to)) {
      this.digest?.message(to, message, NaN);
      network.hold({ from, to, id, message });
      return;
    }
    this.#queueDelivery(from, to, id, message);
    if (network.duplicates()) this.#queueDelivery(from, to, id, message);
  }

  #queueDelivery(from: NodeId, to: NodeId, id: number, message: T["Message"]): void {
    const arrival = this.network.arrival(this.#machines ? this.#leaves : this.now, from, to, message);
    this.digest?.message(to, message, arrival);
    this.#push(arrival, this.#sequence++, DELIVER, to, from, id, message);
  }

  queueTimer(node: Node<T>, timer: Timer): void {
    timer.queuedTime = timer.deadline;
    timer.queuedSequence = timer.sequence;
    this.#push(timer.deadline, timer.sequence, TIMER, node.self, 0, 0, timer);
  }

  queueSync(node: Node<T>, batch: Batch<T>): void {
    batch.begins = node.diskFree > this.now ? node.diskFree : this.now;
    const duration = this.#diskWrite!.sample(node.random);
    node.diskFree = batch.begins + boundedDelay(duration);
    this.#push(node.diskFree, this.#sequence++, SYNCED, node.self, 0, 0, batch);
  }

  wrote(node: NodeId, write: Write<T>): void {
    this.digest?.value(write);
    this.trace?.note("save", this.now, node, write);
  }

  emit(node: NodeId, output: OutputOf<T>): void {
    this.digest?.value(output);
    this.trace?.note("output", this.now, node, output);
    this.#observer?.told?.(this.nodes[node]!, output);
    this.outputs.push({ time: this.#machines ? this.#machines.output(node, this.now, output) : this.now, node, output });
  }
}

/** What V8 says of a write to something frozen, in strict code. */
const isWriteToFrozen = (error: unknown) => error instanceof TypeError && /read only|not extensible|Cannot delete|Cannot redefine/.test(error.message);
const FROZEN = " (messages and outputs are frozen in this run: a handler may change a copy of what it sent or received, never the thing itself)";
