import type { Declaration, NodeView } from "../../promises.js";
import type { InputOf, NodeId, TimerKey, Types } from "../../protocol.js";
import type { TraceEvent } from "../../sim/trace.js";
import { ClientHistory, historyPromise } from "../clientHistory.js";
import { checkBounds } from "./bounds.js";
import { canonical } from "./canonical.js";
import type { Breach } from "./factSets.js";
import { Judge } from "./judge.js";
import { type Envelope, firstToFire } from "./localNode.js";
import { CRASH, DELIVER, event, INPUT, NodeRules, RESTART, RESTART_LOST, TIMER, type Transition } from "./nodeRules.js";
import type { CutShort, Step } from "./steps.js";
import { show } from "../transcript.js";
import { type Subject, subjectOf } from "./subject.js";

/** How a path is walked. */
export interface WalkOptions {
  /** How many nodes there are. */
  readonly size: number;
  /** Leave out steps that are not possible where they stand. Default false: they are errors. */
  readonly skipImpossible?: boolean;
}

/** A path that was walked. */
export interface Walked<T extends Types> {
  readonly nodes: readonly NodeView<T>[];
  /** Messages still in flight, oldest first. */
  readonly inFlight: readonly Envelope<T>[];
  /** The steps that were taken. The walk ends with the first that breaks a promise. */
  readonly executed: readonly Step<T>[];
  /** What each of them did, in words. */
  readonly words: readonly string[];
  /** What the last step broke, or the start. */
  readonly violations: readonly Breach[];
  /** Everything that happened; times count steps, and the start is at 0. */
  readonly trace: readonly TraceEvent[];
}

/**
 * Walks a path step by step: the way to look at what `explore` found, and to try what is left of it when steps are taken
 * out. Budgets do not count here; the order of timers does. Throws an `Error` that names a step that is not possible.
 */
export function walk<T extends Types>(what: Declaration<T> | Subject<T>, path: readonly Step<T>[], { size, skipImpossible = false }: WalkOptions): Walked<T> {
  const walk = new Walk("engine" in what ? subjectOf(what) : what, size);
  const executed: Step<T>[] = [];
  for (const [i, step] of path.entries()) {
    if (walk.violations.length > 0) break;
    const obstacle = walk.take(step);
    if (obstacle === undefined) executed.push(step);
    else if (!skipImpossible) throw new Error(`step ${i + 1} of the path is not possible: ${obstacle}`);
  }
  return { nodes: walk.nodes, inFlight: walk.inFlight, executed, words: walk.words, violations: walk.violations, trace: walk.trace };
}

/** A cluster that is led by hand, one step at a time. */
export class Walk<T extends Types> {
  readonly trace: TraceEvent[] = [];
  readonly words: string[] = [];
  violations: readonly Breach[] = [];
  readonly #rules: NodeRules<T>;
  readonly #judge: Judge<T>;
  readonly #nodes: number[] = [];
  readonly #roles: (string | undefined)[] = [];
  #flight: { readonly message: number; readonly id: number }[] = [];
  readonly #history: ClientHistory<T> | undefined;
  #facts = 0;
  #time = 0;
  #sent = 0;

  constructor(
    readonly subject: Subject<T>,
    size: number,
  ) {
    this.#rules = new NodeRules(subject, checkBounds({ size }));
    this.#judge = new Judge(this.#rules);
    this.#history = subject.service && new ClientHistory(subject.service);
    for (let node = 0; node < size; node++) {
      this.trace.push({ kind: "start", time: 0, node });
      this.#follow(node, this.#rules.start(node));
    }
    this.#lookAtAll();
  }

  get nodes(): readonly NodeView<T>[] {
    return this.#nodes.map((number) => this.#rules.nodes.values[number]!);
  }

  get inFlight(): readonly Envelope<T>[] {
    return this.#flight.map(({ message }) => this.#rules.messages.values[message]!);
  }

  /** Takes a step, or says why it is not possible. */
  take(step: Step<T>): string | undefined {
    for (const node of "node" in step ? [step.node] : [step.from, step.to]) if (node >= this.#nodes.length) return `there is no node ${node}, only 0 to ${this.#nodes.length - 1}`;
    this.#time++;
    const obstacle = "node" in step ? this.#takeAtNode(step) : this.#takeMessage(step);
    if (obstacle !== undefined) this.#time--;
    else this.#lookAtAll();
    return obstacle;
  }

  #takeMessage(step: MessageStep): string | undefined {
    const { kind, from, to, nth } = step;
    const link = this.#flight.filter(({ message }) => this.#rules.messages.values[message]!.from === from && this.#rules.messages.values[message]!.to === to);
    const chosen = link[nth - 1];
    if (!chosen) return `${link.length === 0 ? "no message is" : `only ${link.length} of the messages are`} in flight from node ${from} to node ${to}`;
    const { message } = this.#rules.messages.values[chosen.message]!;
    const time = this.#time;
    if (kind === "drop") {
      this.trace.push({ kind: "drop", time, node: to, from, id: chosen.id, reason: "loss", message });
      this.words.push(`${show(message)} from node ${from} to node ${to} is lost`);
    } else {
      if (!this.#node(to).up) return `node ${to} is down`;
      this.trace.push({ kind: "deliver", time, node: to, from, id: chosen.id, message });
      this.words.push(`node ${to} receives ${show(message)} from node ${from}${kind === "duplicate" ? ", and will again" : ""}`);
    }
    if (kind !== "duplicate") this.#flight = this.#flight.filter((other) => other !== chosen);
    if (kind !== "drop") this.#handle(to, event(DELIVER, chosen.message), step);
    return undefined;
  }

  #takeAtNode(step: Exclude<Step<T>, MessageStep>): string | undefined {
    const { node } = step;
    const time = this.#time;
    const { up, timers } = this.#node(node);
    if (step.kind === "restart" ? up : !up) return `node ${node} is ${up ? "up" : "down"}`;
    switch (step.kind) {
      case "timer": {
        const name = canonical(step.timer);
        const first = firstToFire(timers);
        const place = first.findIndex((at) => canonical(timers[at]!.timer) === name);
        if (place < 0) return timers.some(({ timer }) => canonical(timer) === name) ? `on node ${node} a shorter timer comes before ${show(step.timer)}` : `no timer ${show(step.timer)} is set on node ${node}`;
        this.trace.push({ kind: "timer", time, node, timer: step.timer as TimerKey });
        this.words.push(`node ${node}'s timer ${show(step.timer)} fires`);
        this.#handle(node, event(TIMER, first[place]!), step);
        return undefined;
      }
      case "input": {
        const number = this.#inputNumber(step.input);
        this.trace.push({ kind: "input", time, node, value: step.input });
        this.#history?.asked(step.input, time);
        this.words.push(`node ${node} is asked ${show(step.input)}`);
        this.#handle(node, event(INPUT, number), step);
        return undefined;
      }
      case "crash":
        this.trace.push({ kind: "crash", time, node });
        this.words.push(`node ${node} crashes`);
        this.#roles[node] = undefined;
        this.#follow(node, this.#rules.transition(this.#nodes[node]!, event(CRASH)));
        return undefined;
      case "restart":
        this.trace.push({ kind: "restart", time, node, disk: step.disk });
        this.words.push(`node ${node} restarts${step.disk === "lost" ? " with an empty disk" : ""}`);
        this.#follow(node, this.#rules.transition(this.#nodes[node]!, event(step.disk === "lost" ? RESTART_LOST : RESTART)));
    }
    return undefined;
  }

  /** Lets a handler run, or its beginning, if the step is cut short. */
  #handle(node: NodeId, cause: number, { crashAfter }: CutShort): void {
    if (crashAfter === undefined) return this.#follow(node, this.#rules.transition(this.#nodes[node]!, cause));
    this.words.push(`${this.words.pop()!}, and crashes with ${crashAfter} of its writes on disk`);
    this.#follow(node, this.#rules.cutShort(this.#nodes[node]!, cause, crashAfter));
    this.#roles[node] = undefined;
    this.trace.push({ kind: "crash", time: this.#time, node });
  }

  /** Lets a transition happen: what it sends is in flight, and it is judged. */
  #follow(node: NodeId, transition: Transition<T>): void {
    const time = this.#time;
    this.#nodes[node] = transition.next;
    let answered = false;
    for (const effect of transition.effects) {
      if (effect.kind === "send") {
        const { to, message } = this.#rules.messages.values[effect.message]!;
        const id = this.#sent++;
        this.#flight.push({ message: effect.message, id });
        this.trace.push({ kind: "send", time, node, to, id, message });
      } else this.trace.push({ kind: effect.kind, time, node, value: effect.kind === "save" ? effect.value : effect.output });
      if (effect.kind === "output" && this.#history?.told(effect.output, time)) answered = true;
    }
    this.#noteRole(node);
    const facts = this.#judge.after(transition, this.#facts);
    if (facts < 0) this.violations = [...this.violations, ...this.#judge.breaches(transition, this.#facts)];
    else this.#facts = facts;
    const fault = answered ? this.#history!.fault() : undefined;
    if (fault !== undefined) this.violations = [...this.violations, { property: historyPromise(this.subject.service!), message: fault }];
  }

  #lookAtAll(): void {
    if (this.violations.length > 0 || !this.#judge.hasOverall) return;
    const { facts, breaches } = this.#judge.overall(
      this.#nodes.map((number) => this.#rules.nodes.values[number]!),
      this.#facts,
    );
    this.#facts = facts;
    this.violations = breaches;
  }

  #noteRole(node: NodeId): void {
    const { up, state } = this.#node(node);
    const role = up ? this.subject.probe?.(state) : undefined;
    if (role === undefined || role === this.#roles[node]) return;
    this.#roles[node] = role;
    this.trace.push({ kind: "role", time: this.#time, node, role });
  }

  #inputNumber(input: InputOf<T>): number {
    const { inputs } = this.#rules;
    const name = canonical(input);
    const known = inputs.findIndex((other) => canonical(other) === name);
    return known >= 0 ? known : inputs.push(input) - 1;
  }

  #node(node: NodeId) {
    return this.#rules.nodes.values[this.#nodes[node]!]!;
  }
}

type MessageStep = Extract<Step<Types>, { readonly nth: number }>;

