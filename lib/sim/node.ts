import type { Context, EntryOf, NodeId, OutputOf, SnapshotOf, StoredOf, TimerKey, TimerOf, Types } from "../protocol.js";
import type { Random } from "../random.js";
import { copy } from "./copy.js";
import type { Disk, Write } from "./disk.js";

/** A timer of one node. Setting it later leaves the event already in the queue, which then moves on when its time comes. */
export interface Timer {
  readonly key: TimerKey;
  set: boolean;
  deadline: number;
  /** The place of the `setTimer` call in the order of all that was scheduled. */
  sequence: number;
  /** Time and sequence number of its one event in the queue; older events of it are stale. Infinity if it has none. */
  queuedTime: number;
  queuedSequence: number;
}

/** What goes to the disk in one write, and what waits until that is durable. */
export interface Batch<T extends Types> {
  readonly writes: Write<T>[];
  readonly effects: ({ readonly to: NodeId; readonly message: T["Message"] } | { readonly output: OutputOf<T> })[];
  /** How many handlers it holds: one that wrote, those after it that wrote nothing, and, committed as a group, others that wrote. */
  handlers: number;
  /** When the disk begins to write it, ms. */
  begins: number;
  /** How many of the node's crashes came before it: a crash takes the batch with it. */
  readonly life: number;
}

/** Something that came for a paused node. */
export interface Waiting {
  readonly kind: number;
  readonly from: NodeId;
  readonly id: number;
  /** Of a timer: its place in the order of all that was scheduled. */
  readonly sequence: number;
  readonly payload: unknown;
}

/** What a node needs of the cluster that it is part of. */
export interface World<T extends Types> {
  readonly now: number;
  readonly slowDisk: boolean;
  readonly groupCommit: boolean;
  /** Something that leaves a node, so that later changes to it are noticed or without effect, if the options ask for it. */
  sealed<V>(value: V): V;
  nextSequence(): number;
  transmit(from: NodeId, to: NodeId, message: T["Message"]): void;
  queueTimer(node: Node<T>, timer: Timer): void;
  queueSync(node: Node<T>, batch: Batch<T>): void;
  wrote(node: NodeId, write: Write<T>): void;
  emit(node: NodeId, output: OutputOf<T>): void;
}

/** One simulated node, and the context that its handlers are given. */
export class Node<T extends Types> implements Context<T> {
  up = false;
  state!: T["State"];
  role: string | undefined;
  /** How often it has crashed. */
  life = 0;
  /** Writes under way, oldest first. */
  unsynced: Batch<T>[] = [];
  /** When its disk has finished the writes under way, in ms. */
  diskFree = 0;
  /** While it is paused: what came for it, in order. */
  waiting: Waiting[] | undefined;
  /** Its clock shows `clockOffset + clockRate · time`, ms. */
  clockOffset = 0;
  clockRate = 1;
  readonly random: Random;
  readonly #timers = new Map<string, Timer>();
  /** The timer set last: most often the same one is set again. */
  #latest: Timer | undefined;
  readonly #world: World<T>;
  /** On a slow disk: what the running handler has done so far. */
  #batch: Batch<T> | undefined;

  constructor(
    world: World<T>,
    readonly self: NodeId,
    readonly size: number,
    random: Random,
    public disk: Disk<T>,
  ) {
    this.#world = world;
    this.random = random;
  }

  get id(): NodeId {
    return this.self;
  }

  get now(): number {
    return this.clockOffset + this.clockRate * this.#world.now;
  }

  send(to: NodeId, message: T["Message"]): void {
    if (!(to >= 0 && to < this.size && Number.isInteger(to))) throw new RangeError(`expected a node from 0 to ${this.size - 1} to send to, not ${to}`);
    const sealed = this.#world.sealed(message);
    if (this.#batch) this.#batch.effects.push({ to, message: sealed });
    else this.#world.transmit(this.self, to, sealed);
  }

  output(output: OutputOf<T>): void {
    const sealed = this.#world.sealed(output);
    if (this.#batch) this.#batch.effects.push({ output: sealed });
    else this.#world.emit(this.self, sealed);
  }

  setTimer(timerKey: TimerOf<T>, delay: number): void {
    const key = timerKey as TimerKey;
    if (!(delay >= 0 && delay < Infinity)) throw new RangeError(`expected a delay of 0 ms or more for timer ${JSON.stringify(key)}, not ${delay}`);
    const timer = this.#latest?.key === key ? this.#latest : this.#timerOf(key);
    timer.set = true;
    timer.deadline = this.#deadline(delay);
    timer.sequence = this.#world.nextSequence();
    if (timer.deadline < timer.queuedTime) this.#world.queueTimer(this, timer);
  }

  /** The time at which `delay` ms have passed on this node's clock: rounded up, for a timer never fires early. */
  #deadline(delay: number): number {
    const due = this.now + delay;
    let deadline = this.#world.now + delay / this.clockRate;
    for (let step = deadline * Number.EPSILON + 1e-20; this.clockOffset + this.clockRate * deadline < due; step *= 2) deadline += step;
    return deadline;
  }

  #timerOf(key: TimerKey): Timer {
    const name = timerName(key);
    let timer = this.#timers.get(name);
    if (!timer) {
      timer = { key, set: false, deadline: 0, sequence: 0, queuedTime: Infinity, queuedSequence: -1 };
      this.#timers.set(name, timer);
    }
    this.#latest = timer;
    return timer;
  }

  /** A timer that has fired and was not set again is no longer kept: its name may never be used again. */
  forgetTimer(timer: Timer): void {
    if (timer.set || typeof timer.key === "string") return;
    this.#timers.delete(timerName(timer.key));
    if (this.#latest === timer) this.#latest = undefined;
  }

  cancelTimer(key: TimerOf<T>): void {
    const timer = this.#timers.get(timerName(key as TimerKey));
    if (timer) timer.set = false;
  }

  save(stored: StoredOf<T>): void {
    this.#write({ kind: "save", stored: copy(stored) });
  }

  append(entries: readonly EntryOf<T>[]): void {
    this.#write({ kind: "append", entries: copy(entries) });
  }

  truncate(length: number): void {
    if (!Number.isInteger(length) || length < 0) throw new RangeError(`expected a log length from 0, not ${length}`);
    this.#write({ kind: "truncate", length });
  }

  compact(count: number, snapshot: SnapshotOf<T>): void {
    if (!Number.isInteger(count) || count < 0) throw new RangeError(`expected a number of entries from 0, not ${count}`);
    this.#write({ kind: "compact", count, snapshot: copy(snapshot) });
  }

  /** Runs around each handler on a slow disk: what it sends waits for what it and earlier handlers wrote. */
  beginHandler(): void {
    this.#batch = { writes: [], effects: [], handlers: 1, begins: Infinity, life: this.life };
  }

  endHandler(): void {
    const batch = this.#batch!;
    this.#batch = undefined;
    const last = this.unsynced.at(-1);
    if (last && (batch.writes.length === 0 || (this.#world.groupCommit && last.begins > this.#world.now))) {
      last.writes.push(...batch.writes);
      last.effects.push(...batch.effects);
      last.handlers++;
    } else if (batch.writes.length > 0) {
      this.unsynced.push(batch);
      this.#world.queueSync(this, batch);
    } else this.release(batch);
  }

  /** Lets out what waited for a batch. */
  release(batch: Batch<T>): void {
    for (const effect of batch.effects) {
      if ("output" in effect) this.#world.emit(this.self, effect.output);
      else this.#world.transmit(this.self, effect.to, effect.message);
    }
  }

  /** Before a crash: the first few of the writes under way have reached the disk, the last of them perhaps in part. Returns how many did as a whole. */
  tear(random: Random): number {
    const writes = this.unsynced.flatMap((batch) => batch.writes);
    const whole = Math.floor(random() * (writes.length + 1));
    for (const write of writes.slice(0, whole)) this.disk.sync(write);
    const torn = writes[whole];
    if (torn?.kind === "append") this.disk.sync({ kind: "append", entries: torn.entries.slice(0, Math.floor(random() * torn.entries.length)) });
    return whole;
  }

  /** Loses memory, timers and unfinished writes. */
  crash(): void {
    this.up = false;
    this.waiting = undefined;
    this.life++;
    this.unsynced = [];
    this.diskFree = 0;
    for (const timer of this.#timers.values()) timer.set = false;
  }

  #write(write: Write<T>): void {
    if (this.#world.slowDisk) this.#batch!.writes.push(write);
    else this.disk.sync(write);
    this.#world.wrote(this.self, write);
  }
}

/** Keys with the same fields name the same timer, in whatever order they are written. */
const timerName = (key: TimerKey) => (typeof key === "string" ? key : JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))));
