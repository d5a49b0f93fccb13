import type { InputOf, NodeId, OutputOf, Types } from "../protocol.js";
import { historyPromise } from "./clientHistory.js";
import { firstToFire, type LocalNode } from "./explore/localNode.js";
import { CRASH, DELIVER, event, INPUT, RESTART, RESTART_LOST, TIMER, type Transition } from "./explore/nodeRules.js";
import type { Rehearsal } from "./rehearsal.js";

/** A step that is to be taken if it can be. Messages, timers and inputs go by number. */
export interface Cue {
  readonly kind: "deliver" | "duplicate" | "timer" | "input" | "crash" | "restart" | "restart lost";
  /** Where it happens. */
  readonly node: NodeId;
  /** Number of the message, the timer or the input; 0 where there is none. */
  readonly argument: number;
  /** Of a message: how many of its type are younger, among those that are under way on its link. */
  readonly younger: number;
  /** Of a message: which it is of those under way on its link, oldest first, from 1. */
  readonly nth: number;
  /** The node crashes with so many of the handler's writes on its disk; −1: it does not. */
  readonly crashAfter: number;
}

/** A step without what most have not. */
export const PLAIN = { argument: 0, younger: 0, nth: 0, crashAfter: -1 } as const;

/** What a client asked or heard. */
export type ClientEvent<T extends Types> = { readonly name: string } & ({ readonly asked: InputOf<T> } | { readonly told: OutputOf<T> });

/** The cluster at one moment, and what can happen next. */
export class Scene<T extends Types> {
  /** Names of the promises that the last step broke, or the start. */
  broken: readonly string[] = [];
  /** How many of its timers the node that acted last has just set; they stand last. */
  timersSet = 0;
  readonly #rehearsal: Rehearsal<T>;
  readonly #byPlace: boolean;
  readonly #nodes: number[];
  /** Messages under way, oldest first. */
  readonly #flight: number[];
  readonly #events: ClientEvent<T>[];
  #facts: number;

  constructor(rehearsal: Rehearsal<T>, from?: Scene<T>, byPlace = false) {
    this.#rehearsal = rehearsal;
    this.#byPlace = byPlace;
    this.#nodes = from ? [...from.#nodes] : [];
    this.#flight = from ? [...from.#flight] : [];
    this.#events = from ? [...from.#events] : [];
    this.#facts = from ? from.#facts : 0;
    if (from) this.broken = from.broken;
  }

  copy(): Scene<T> {
    return new Scene(this.#rehearsal, this, this.#byPlace);
  }

  /**
   * Takes a step and returns it as it is here; undefined if it cannot be taken. A message that is not there is replaced by
   * the one of its type that is as young. With `place`, it is the message at that place of those under way.
   */
  take(cue: Cue, place?: number): Cue | undefined {
    const { rules } = this.#rehearsal;
    const number = this.#nodes[cue.node]!;
    const { up } = rules.nodes.values[number]!;
    if (cue.kind === "restart" || cue.kind === "restart lost") {
      if (up) return undefined;
      this.#go(cue.node, rules.transition(number, event(cue.kind === "restart" ? RESTART : RESTART_LOST)));
      return cue;
    }
    if (!up) return undefined;
    switch (cue.kind) {
      case "crash":
        this.#go(cue.node, rules.transition(number, event(CRASH)));
        return cue;
      case "timer": {
        const timer = this.#placeOf(number, cue.argument);
        if (timer < 0) return undefined;
        this.#handle(cue, event(TIMER, timer));
        return cue;
      }
      case "input": {
        const input = rules.inputs[cue.argument]!;
        if (this.#rehearsal.subject.service) this.#events.push({ name: `a${cue.argument}`, asked: input });
        this.#handle(cue, event(INPUT, cue.argument));
        return cue;
      }
      default: {
        const at = place ?? this.#find(cue);
        if (at < 0) return undefined;
        const message = this.#flight[at]!;
        const taken = { ...cue, argument: message, younger: this.#younger(at), nth: this.#nthOf(at) };
        if (cue.kind === "deliver") this.#flight.splice(at, 1);
        this.#handle(cue, event(DELIVER, message));
        return taken;
      }
    }
  }

  /** The nodes as judges see them. */
  get nodes(): readonly LocalNode<T>[] {
    return this.#nodes.map((number) => this.#rehearsal.rules.nodes.values[number]!);
  }

  /** Messages under way, oldest first, by number. */
  get flight(): readonly number[] {
    return this.#flight;
  }

  /** Every message that can be delivered here, every timer that may fire; no fault and no input. */
  ways(): Cue[] {
    const { rules } = this.#rehearsal;
    const cues: Cue[] = [];
    this.#nodes.forEach((number, node) => {
      const { up, timers } = rules.nodes.values[number]!;
      if (up) for (const place of firstToFire(timers)) cues.push({ ...PLAIN, kind: "timer", node, argument: this.#rehearsal.timer(timers[place]!.timer) });
    });
    this.#flight.forEach((message, at) => {
      if (this.#flight.indexOf(message) === at) cues.push({ ...PLAIN, kind: "deliver", node: rules.messages.values[message]!.to, argument: message });
    });
    return cues;
  }

  /** Lets a transition happen: what it sends is under way, and it is judged. */
  follow(node: NodeId, transition: Transition<T>): void {
    const { judge, subject } = this.#rehearsal;
    this.#nodes[node] = transition.next;
    this.timersSet = transition.timersSet;
    for (const message of this.#rehearsal.sends(transition)) this.#flight.push(message);
    const facts = judge.after(transition, this.#facts);
    if (facts < 0) this.broken = [...this.broken, ...this.#rehearsal.breaches(transition, this.#facts)];
    else this.#facts = facts;
    if (!subject.service) return;
    const before = this.#events.length;
    transition.effects.forEach((effect, i) => {
      if (effect.kind === "output") this.#events.push({ name: `t${transition.number}/${i}`, told: effect.output });
    });
    if (this.#events.length > before && this.#rehearsal.fault(this.#events) !== undefined) this.broken = [...this.broken, historyPromise(subject.service)];
  }

  lookAtAll(): void {
    if (this.broken.length > 0 || !this.#rehearsal.judge.hasOverall) return;
    const { facts, broken } = this.#rehearsal.look(this.#nodes, this.#facts);
    this.#facts = facts;
    this.broken = broken;
  }

  #handle(cue: Cue, cause: number): void {
    const { rules } = this.#rehearsal;
    const number = this.#nodes[cue.node]!;
    this.#go(cue.node, cue.crashAfter < 0 ? rules.transition(number, cause) : rules.cutShort(number, cause, cue.crashAfter));
  }

  #go(node: NodeId, transition: Transition<T>): void {
    this.follow(node, transition);
    this.lookAtAll();
  }

  #find({ argument, younger, nth }: Cue): number {
    const flight = this.#flight;
    if (this.#byPlace) return this.#onLink(argument, nth);
    const exact = flight.indexOf(argument);
    if (exact >= 0) return exact;
    const { kindOf } = this.#rehearsal;
    const kind = kindOf(argument);
    let found = -1;
    for (let at = flight.length - 1, left = younger; at >= 0 && left >= 0; at--) {
      if (kindOf(flight[at]!) !== kind) continue;
      found = at;
      left--;
    }
    return found;
  }

  /** Where the nth of the messages is that are under way on the link of this one; −1 if there are fewer. */
  #onLink(message: number, nth: number): number {
    const { linkOf } = this.#rehearsal;
    const link = linkOf(message);
    let left = nth;
    return this.#flight.findIndex((other) => linkOf(other) === link && --left === 0);
  }

  #nthOf(at: number): number {
    const { linkOf } = this.#rehearsal;
    const flight = this.#flight;
    const link = linkOf(flight[at]!);
    let nth = 1;
    for (let other = 0; other < at; other++) if (linkOf(flight[other]!) === link) nth++;
    return nth;
  }

  #younger(at: number): number {
    const { kindOf } = this.#rehearsal;
    const flight = this.#flight;
    const kind = kindOf(flight[at]!);
    let younger = 0;
    for (let other = at + 1; other < flight.length; other++) if (kindOf(flight[other]!) === kind) younger++;
    return younger;
  }

  /** Where the timer stands among those that are set on a node, if it may fire; otherwise −1. */
  #placeOf(number: number, timer: number): number {
    const { timers } = this.#rehearsal.rules.nodes.values[number]!;
    return firstToFire(timers).find((place) => this.#rehearsal.timer(timers[place]!.timer) === timer) ?? -1;
  }
}
