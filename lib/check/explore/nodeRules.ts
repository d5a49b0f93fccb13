import type { Context, EntryOf, InputOf, NodeId, OutputOf, SnapshotOf, StoredOf, TimerOf, Types } from "../../protocol.js";
import { copy } from "../../sim/copy.js";
import type { Bounds } from "./bounds.js";
import { canonical } from "./canonical.js";
import { Interner } from "./interner.js";
import { type Envelope, firstToFire, type LocalNode, type SetTimer } from "./localNode.js";
import type { Write } from "../../sim/disk.js";
import { PairMap } from "./pairMap.js";
import type { Subject } from "./subject.js";

/** What can happen to a node. An event is one integer: 8 times its argument (a message, timer or input), plus its kind. */
export const DELIVER = 0;
export const TIMER = 1;
export const INPUT = 2;
export const CRASH = 3;
export const RESTART = 4;
export const RESTART_LOST = 5;
const START = 6;
/** A handler cut short by a crash; the argument is the number of the event and of the writes that are done. */
export const CUT = 7;
export const event = (kind: number, argument = 0): number => 8 * argument + kind;

/** What a handler did that others can see, in order; a message by its number. */
export type Effect<T extends Types> =
  | { readonly kind: "send"; readonly message: number }
  | { readonly kind: "save"; readonly value: unknown }
  | { readonly kind: "output"; readonly output: OutputOf<T> };

/** What an event does to a node. */
export interface Transition<T extends Types> {
  readonly number: number;
  /** The node before, and what happened to it. */
  readonly from: number;
  readonly event: number;
  /** The node afterwards, by its number. */
  readonly next: number;
  readonly effects: readonly Effect<T>[];
  /** Messages sent, by number, in the order in which the network keeps them. */
  readonly sends: readonly number[];
  /** Places of the reachables that it reaches. */
  readonly reached: readonly number[];
  /** How many of the node's timers the handler has set; they stand last. */
  readonly timersSet: number;
  /** What the handler threw. */
  readonly failure?: string;
}

type Cause<T extends Types> = Pick<Transition<T>, "number" | "from" | "event">;

/** What a piece of the engine's code returns, or what it throws. */
function attempt<V>(run: () => V): [value: V | undefined, failure: string | undefined] {
  try {
    return [run(), undefined];
  } catch (error) {
    return [undefined, (error instanceof Error ? error.message : String(error)) || "an error without a message"];
  }
}

/**
 * The rules, one node at a time. Nodes and messages that are equal share a number, and a handler runs once for each node
 * and event: what follows in a world of many nodes is arithmetic on numbers.
 */
export class NodeRules<T extends Types> {
  readonly nodes = new Interner<LocalNode<T>>();
  readonly messages = new Interner<Envelope<T>>();
  readonly transitions: Transition<T>[] = [];
  readonly inputs: InputOf<T>[];
  readonly cuts = new Interner<{ readonly event: number; readonly writes: number }>();
  readonly #known = new PairMap();
  /** By node: transitions of the timers that may fire; undefined until asked. */
  readonly #timers: (readonly Transition<T>[] | undefined)[] = [];

  constructor(
    readonly subject: Subject<T>,
    readonly bounds: Required<Bounds>,
  ) {
    this.inputs = [...(subject.inputs ?? [])];
  }

  /** The start of a node. */
  start(id: NodeId): Transition<T> {
    const { stored, snapshot, log = [] } = copy(this.subject.disks?.(id) ?? {});
    return this.transition(this.numberOf(this.#down(id, { stored, snapshot, log }, 0)), START);
  }

  /** What an event does to a node. */
  transition(node: number, event: number): Transition<T> {
    const known = this.#known.get(node, event);
    if (known >= 0) return this.transitions[known]!;
    const transition = this.#run(this.transitions.length, node, event);
    this.#known.add(node, event, transition.number);
    this.transitions.push(transition);
    return transition;
  }

  /** What an event does to a node that crashes when so many of the handler's writes are on its disk: no message gets out. */
  cutShort(node: number, cause: number, writes: number): Transition<T> {
    this.transition(node, cause);
    return this.transition(node, event(CUT, this.cuts.numberOf(`${cause}/${writes}`, { event: cause, writes })));
  }

  /** What the timers do that may fire next on a node. */
  timers(node: number): readonly Transition<T>[] {
    return (this.#timers[node] ??= this.#timerTransitions(node));
  }

  #timerTransitions(node: number): readonly Transition<T>[] {
    const { up, timers, fired } = this.nodes.values[node]!;
    if (!up || fired >= this.bounds.timersPerNode) return [];
    return firstToFire(timers).map((place) => this.transition(node, event(TIMER, place)));
  }

  /** The number of a node. */
  numberOf(node: LocalNode<T>): number {
    return this.nodes.numberOf(canonical([node.id, node.up, node.state, node.disk.stored, node.disk.snapshot, node.disk.log, node.timers, node.fired]), node);
  }

  /** The number of a message. */
  messageNumber(envelope: Envelope<T>): number {
    return this.messages.numberOf(canonical([envelope.from, envelope.to, envelope.message]), envelope);
  }

  /** Messages are kept in flight in the order of their ranks: by link where links are ordered, otherwise by number. */
  rank(message: number): number {
    if (!this.bounds.ordered) return message;
    const { from, to } = this.messages.values[message]!;
    return from * this.bounds.size + to;
  }

  #down(id: NodeId, disk: LocalNode<T>["disk"], fired: number): LocalNode<T> {
    const state = this.subject.protocol.init(id, this.bounds.size, copy(disk.stored), copy(disk.log), copy(disk.snapshot));
    return { id, up: false, state, disk, timers: [], fired };
  }

  #run(number: number, from: number, event: number): Transition<T> {
    const node = this.nodes.values[from]!;
    const kind = event & 7;
    const argument = event >> 3;
    if (kind === CRASH) return this.#crash({ number, from, event }, node.disk, node.fired, []);
    if (kind === CUT) return this.#cut({ number, from, event }, this.cuts.values[argument]!);
    const [started, unable] = attempt(() => (kind === RESTART_LOST ? this.#down(node.id, { stored: undefined, log: [] }, node.fired) : node));
    if (!started) return this.#finish({ number, from, event }, node, [], `node ${node.id} cannot start from an empty disk: ${unable}`);
    const handler = new Handler(this, started, kind === TIMER ? argument : -1);
    const [, failure] = attempt(() => this.#handle(handler, kind, argument));
    return this.#finish({ number, from, event }, handler.node(this.bounds.timersPerNode !== Infinity), handler.effects, failure && `node ${node.id} failed: ${failure}`, handler.timersSet);
  }

  #cut(cause: Cause<T>, { event, writes }: { readonly event: number; readonly writes: number }): Transition<T> {
    const node = this.nodes.values[cause.from]!;
    const whole = this.transition(cause.from, event);
    const done = whole.effects.filter((effect) => effect.kind === "save").slice(0, writes);
    let disk = node.disk;
    for (const { value } of done) disk = written(disk, value as Write<T>);
    return this.#crash(cause, disk, this.nodes.values[whole.next]!.fired, done);
  }

  #crash(cause: Cause<T>, disk: LocalNode<T>["disk"], fired: number, effects: readonly Effect<T>[]): Transition<T> {
    const node = this.nodes.values[cause.from]!;
    const [down, failure] = attempt(() => this.#down(node.id, disk, fired));
    return this.#finish(cause, down ?? { ...node, up: false, disk, timers: [], fired }, effects, failure && `node ${node.id} cannot start again from what is on its disk: ${failure}`);
  }

  #handle(handler: Handler<T>, kind: number, argument: number): void {
    const { protocol } = this.subject;
    if (kind === DELIVER) {
      const { from, message } = this.messages.values[argument]!;
      protocol.onMessage(handler.state, from, copy(message), handler);
    } else if (kind === TIMER) protocol.onTimer?.(handler.state, handler.fired!.timer, handler);
    else if (kind === INPUT) protocol.onInput?.(handler.state, copy(this.inputs[argument]!), handler);
    else protocol.onStart?.(handler.state, handler);
  }

  #finish(cause: Cause<T>, node: LocalNode<T>, effects: readonly Effect<T>[], failure?: string, timersSet = 0): Transition<T> {
    const sends = effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));
    sends.sort((a, b) => this.rank(a) - this.rank(b));
    const reached = (this.subject.reachables ?? []).flatMap((reachable, place) => {
      const sent = () => effects.some((effect) => effect.kind === "send" && reachable.onSend!(node, this.messages.values[effect.message]!.to, this.messages.values[effect.message]!.message));
      return reachable.afterStep?.(node) || (reachable.onSend && sent()) ? [place] : [];
    });
    return { ...cause, next: this.numberOf(node), effects, sends, reached, timersSet, ...(failure !== undefined && { failure }) };
  }
}

/** A disk after a write. */
function written<T extends Types>(disk: LocalNode<T>["disk"], write: Write<T>): LocalNode<T>["disk"] {
  if (write.kind === "save") return { ...disk, stored: write.stored };
  if (write.kind === "append") return { ...disk, log: [...disk.log, ...write.entries] };
  if (write.kind === "truncate") return { ...disk, log: disk.log.slice(0, write.length) };
  return { ...disk, snapshot: write.snapshot, log: disk.log.slice(write.count) };
}

/** A node while its handler runs, and the context that the handler is given. */
class Handler<T extends Types> implements Context<T> {
  readonly self: NodeId;
  readonly size: number;
  readonly now = 0;
  readonly state: T["State"];
  readonly effects: Effect<T>[] = [];
  /** The timer that has fired, if this is about one. */
  readonly fired: SetTimer<T> | undefined;
  #disk: LocalNode<T>["disk"];
  readonly #firedBefore: number;
  /** Timers that were set before, and those that this handler sets. */
  #before: SetTimer<T>[];
  #added: SetTimer<T>[] = [];

  constructor(
    readonly rules: NodeRules<T>,
    node: LocalNode<T>,
    firing: number,
  ) {
    this.self = node.id;
    this.size = rules.bounds.size;
    this.state = copy(node.state);
    this.#disk = node.disk;
    this.#firedBefore = node.fired;
    this.fired = node.timers[firing];
    this.#before = node.timers.filter((_, place) => place !== firing);
  }

  random(): number {
    return 0.5;
  }

  send(to: NodeId, message: T["Message"]): void {
    if (!(to >= 0 && to < this.size && Number.isInteger(to))) throw new RangeError(`expected a node from 0 to ${this.size - 1} to send to, not ${to}`);
    this.effects.push({ kind: "send", message: this.rules.messageNumber({ from: this.self, to, message: copy(message) }) });
  }

  setTimer(timer: TimerOf<T>, delay: number): void {
    if (!(delay >= 0 && delay < Infinity)) throw new RangeError(`expected a delay of 0 ms or more for timer ${JSON.stringify(timer)}, not ${delay}`);
    this.cancelTimer(timer);
    this.#added.push({ timer: copy(timer), delay });
  }

  cancelTimer(timer: TimerOf<T>): void {
    const name = canonical(timer);
    const others = (set: SetTimer<T>) => canonical(set.timer) !== name;
    this.#before = this.#before.filter(others);
    this.#added = this.#added.filter(others);
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

  #write(write: Write<T>): void {
    this.#disk = written(this.#disk, write);
    this.effects.push({ kind: "save", value: write });
  }

  get timersSet(): number {
    return this.#added.length;
  }

  output(output: OutputOf<T>): void {
    this.effects.push({ kind: "output", output: copy(output) });
  }

  /** The node as the handler left it. */
  node(countTimers: boolean): LocalNode<T> {
    const timers = [...this.#before, ...this.#added.sort((a, b) => a.delay - b.delay)];
    const fired = this.#firedBefore + (countTimers && this.fired ? 1 : 0);
    return { id: this.self, up: true, state: copy(this.state), disk: this.#disk, timers, fired };
  }
}

