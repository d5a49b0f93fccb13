import type { Declaration } from "../promises.js";
import type { InputOf, NodeId, Protocol, Types } from "../protocol.js";
import { ClientHistory } from "./clientHistory.js";
import { checkBounds } from "./explore/bounds.js";
import { canonical } from "./explore/canonical.js";
import { Interner } from "./explore/interner.js";
import { Judge } from "./explore/judge.js";
import { NodeRules, type Transition } from "./explore/nodeRules.js";
import type { Step } from "./explore/steps.js";
import { type Subject, subjectOf } from "./explore/subject.js";
import { Walk } from "./explore/walk.js";
import { disksOf } from "./hostileRun.js";
import { type ClientEvent, type Cue, PLAIN, Scene } from "./scene.js";

/** A small cluster that is led through the same steps again and again: what a handler does, and what judges say of it, is worked out once. */
export class Rehearsal<T extends Types> {
  readonly rules: NodeRules<T>;
  readonly judge: Judge<T>;
  readonly #timers = new Interner<unknown>();
  readonly #inputs = new Map<string, number>();
  readonly #kinds = new Interner<null>();
  readonly #kindOf: number[] = [];
  readonly #linkOf: number[] = [];
  readonly #sends: (readonly number[] | undefined)[] = [];
  readonly #breaches = new Map<string, readonly string[]>();
  readonly #looks = new Map<string, { readonly facts: number; readonly broken: readonly string[] }>();
  readonly #faults = new Map<string, string | undefined>();
  readonly #started: Scene<T>;

  constructor(
    readonly subject: Subject<T>,
    readonly size: number,
  ) {
    this.rules = new NodeRules(subject, checkBounds({ size }));
    this.judge = new Judge(this.rules);
    this.rules.inputs.forEach((input, number) => this.#inputs.set(canonical(input), number));
    this.#started = new Scene(this);
    for (let node = 0; node < size; node++) this.#started.follow(node, this.rules.start(node));
    this.#started.lookAtAll();
  }

  /** The cluster as all nodes have started. With `byPlace`, messages are then known by their place on their link alone. */
  start(byPlace = false): Scene<T> {
    return new Scene(this, this.#started, byPlace);
  }

  /**
   * Takes the steps that can be taken, in this order, and returns them if the last of them breaks the promise. Ends with the
   * first step that breaks any. Begins at the start, unless a moment is given to begin at.
   */
  breaking(property: string, cues: readonly Cue[], from?: Scene<T>): readonly Cue[] | undefined {
    const scene = from ? from.copy() : this.start();
    const taken: Cue[] = [];
    for (const cue of cues) {
      if (scene.broken.length > 0) break;
      const done = scene.take(cue);
      if (done) taken.push(done);
    }
    return scene.broken.includes(property) ? taken : undefined;
  }

  /** A step that was taken, as it is written down. */
  written({ kind, node, argument, nth, crashAfter }: Cue): Step<T> {
    const cut = crashAfter < 0 ? {} : { crashAfter };
    if (kind === "crash") return { kind, node };
    if (kind === "restart" || kind === "restart lost") return { kind: "restart", node, disk: kind === "restart" ? "kept" : "lost" };
    if (kind === "input") return { kind, node, input: this.rules.inputs[argument]!, ...cut };
    if (kind === "timer") return { kind, node, timer: this.timerOf(argument), ...cut } as Step<T>;
    return { kind, from: this.rules.messages.values[argument]!.from, to: node, nth, ...cut };
  }

  /** Steps of another rehearsal, in this one's numbers; without those of nodes for which `to` has no name (below 0). */
  likeAll(cues: readonly Cue[], other: Rehearsal<T>, to: (node: NodeId) => NodeId = (node) => node): Cue[] {
    return cues.flatMap((cue) => this.#like(cue, other, to) ?? []);
  }

  #like(cue: Cue, other: Rehearsal<T>, to: (node: NodeId) => NodeId): Cue | undefined {
    const node = to(cue.node);
    if (node < 0) return undefined;
    if (cue.kind === "timer") return { ...cue, node, argument: this.timer(other.timerOf(cue.argument)) };
    if (cue.kind === "input") return { ...cue, node, argument: this.input(other.rules.inputs[cue.argument]!) };
    if (cue.kind !== "deliver" && cue.kind !== "duplicate") return { ...cue, node };
    const { from, message } = other.rules.messages.values[cue.argument]!;
    return to(from) < 0 ? undefined : { ...cue, node, argument: this.message(to(from), node, message) };
  }

  /** Steps that were written down. Throws an `Error` that names one that is not possible. */
  read(steps: readonly Step<T>[]): Cue[] {
    const scene = this.start(true);
    return steps.map((step, i) => {
      const cue = this.#read(step, scene);
      const taken = cue && scene.take(cue);
      if (!taken) throw new Error(`step ${i + 1} of the path is not possible`);
      return taken;
    });
  }

  #read(step: Step<T>, scene: Scene<T>): Cue | undefined {
    const cut = "crashAfter" in step ? (step.crashAfter ?? -1) : -1;
    if ("nth" in step) {
      const { kind, from, to, nth } = step;
      const message = scene.flight.find((message) => this.linkOf(message) === from * this.size + to);
      return message === undefined || kind === "drop" || to >= this.size ? undefined : { ...PLAIN, kind, node: to, argument: message, nth, crashAfter: cut };
    }
    if (step.node >= this.size) return undefined;
    if (step.kind === "timer") return { ...PLAIN, kind: "timer", node: step.node, argument: this.timer(step.timer), crashAfter: cut };
    if (step.kind === "input") return { ...PLAIN, kind: "input", node: step.node, argument: this.input(step.input), crashAfter: cut };
    return { ...PLAIN, kind: step.kind === "restart" && step.disk === "lost" ? "restart lost" : step.kind, node: step.node };
  }

  /** Takes steps that were written down, and keeps a trace of them. */
  walk(steps: readonly Step<T>[]): Walk<T> {
    const walk = new Walk(this.subject, this.size);
    for (const step of steps) {
      const obstacle = walk.take(step);
      if (obstacle !== undefined) throw new Error(`a step that was taken cannot be taken again: ${obstacle}`);
    }
    return walk;
  }

  message(from: NodeId, to: NodeId, message: T["Message"]): number {
    return this.rules.messageNumber({ from, to, message });
  }

  input(input: InputOf<T>): number {
    const name = canonical(input);
    let number = this.#inputs.get(name);
    if (number === undefined) this.#inputs.set(name, (number = this.rules.inputs.push(input) - 1));
    return number;
  }

  timer(timer: unknown): number {
    return this.#timers.numberOf(canonical(timer), timer);
  }

  timerOf(number: number): unknown {
    return this.#timers.values[number];
  }

  /** A number that messages of one type on one link share. */
  readonly kindOf = (message: number): number => (this.#kindOf[message] ??= this.#kind(message));

  /** A number that messages on one link share. */
  readonly linkOf = (message: number): number => (this.#linkOf[message] ??= this.#link(message));

  #kind(number: number): number {
    const { from, to, message } = this.rules.messages.values[number]!;
    const type: unknown = typeof message === "object" && message !== null && "type" in message ? message.type : typeof message;
    return this.#kinds.numberOf(canonical([from, to, type]), null);
  }

  #link(number: number): number {
    const { from, to } = this.rules.messages.values[number]!;
    return from * this.size + to;
  }

  /** What a transition sends, in this order. */
  sends(transition: Transition<T>): readonly number[] {
    return (this.#sends[transition.number] ??= transition.effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : [])));
  }

  /** Names of the promises that a transition breaks. */
  breaches(transition: Transition<T>, facts: number): readonly string[] {
    return remembered(this.#breaches, `${transition.number} ${facts}`, () => this.judge.breaches(transition, facts).map(({ property }) => property));
  }

  /** The facts after a look at all nodes, and names of the promises that are broken. */
  look(nodes: readonly number[], facts: number): { readonly facts: number; readonly broken: readonly string[] } {
    return remembered(this.#looks, `${nodes.join()} ${facts}`, () => {
      const verdict = this.judge.overall(nodes.map((number) => this.rules.nodes.values[number]!), facts);
      return { facts: verdict.facts, broken: verdict.breaches.map(({ property }) => property) };
    });
  }

  /** What is wrong with what clients asked and heard. */
  fault(events: readonly ClientEvent<T>[]): string | undefined {
    return remembered(this.#faults, events.map(({ name }) => name).join(), () => {
      const history = new ClientHistory(this.subject.service!);
      let answered = false;
      events.forEach((event, time) => {
        if ("told" in event) answered = history.told(event.told, time) || answered;
        else {
          history.asked(event.asked, time);
          answered = false;
        }
      });
      return answered ? history.fault() : undefined;
    });
  }
}

function remembered<V>(known: Map<string, V>, name: string, work: () => V): V {
  const value = known.get(name);
  if (value !== undefined || known.has(name)) return value!;
  const found = work();
  known.set(name, found);
  return found;
}

/** The cluster of a hostile run, without the run: its engine or the one given, and its disks. */
export const rehearse = <T extends Types>(declaration: Declaration<T>, protocol: Protocol<T>, seed: number, size: number) => new Rehearsal<T>({ ...subjectOf(declaration, protocol), disks: disksOf(declaration, { seed, size }) }, size);
