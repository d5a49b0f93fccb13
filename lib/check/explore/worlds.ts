import type { Types } from "../../protocol.js";
import type { Bounds } from "./bounds.js";
import { Budget } from "./budget.js";
import { Judge } from "./judge.js";
import { PairMap } from "./pairMap.js";
import type { LocalNode } from "./localNode.js";
import { CRASH, DELIVER, event, INPUT, NodeRules, RESTART, RESTART_LOST, type Transition } from "./nodeRules.js";
import type { Subject } from "./subject.js";

/** The ways on from a world. */
export type ActionKind = "deliver" | "duplicate" | "drop" | "timer" | "input" | "crash" | "restart" | "restart lost";

/** Is told of each way on. The row belongs to the worlds and is used again. */
export interface Visitor<T extends Types> {
  /**
   * The next world is the first `length` integers of `row`; its facts are not yet those after `transition`. `node` is where
   * something happens, or where a lost message was headed; `argument` is the number of the message or the input, or the
   * place among the timers that may fire. Where a crash cuts a handler short, `writes` says how many are done; otherwise 0.
   */
  (row: Int32Array, length: number, transition: Transition<T> | undefined, kind: ActionKind, node: number, argument: number, writes: number): void;
}

/**
 * Worlds as rows of integers, and the ways from one to the next. A row holds the number of each node, the number of the
 * set of facts, the budgets used, which of the *eventually* have come about (a bit each), and the messages in flight.
 */
export class Worlds<T extends Types> {
  readonly rules: NodeRules<T>;
  readonly judge: Judge<T>;
  readonly size: number;
  /** Places in a row. */
  readonly FACTS: number;
  readonly USED: number;
  readonly DONE: number;
  readonly FLIGHT: number;
  readonly #budget: Budget;
  readonly #inputs: number;
  /** By node and message: 1 if it has come too late, otherwise 0. */
  readonly #stale = new PairMap();
  #next: Int32Array;
  #length = 0;

  constructor(
    readonly subject: Subject<T>,
    readonly bounds: Required<Bounds>,
  ) {
    this.rules = new NodeRules(subject, bounds);
    this.judge = new Judge(this.rules);
    this.size = bounds.size;
    this.FACTS = this.size;
    this.USED = this.size + 1;
    this.DONE = this.size + 2;
    this.FLIGHT = this.size + 3;
    this.#budget = new Budget(bounds);
    this.#inputs = subject.inputs?.length ?? 0;
    this.#next = new Int32Array(256);
  }

  /** The nodes of a world. */
  nodes(row: Int32Array): readonly LocalNode<T>[] {
    return Array.from({ length: this.size }, (_, node) => this.rules.nodes.values[row[node]!]!);
  }

  /** A row large enough to follow `row` whatever happens. */
  roomFor(length: number): Int32Array {
    return new Int32Array(2 * length + 256);
  }

  /** Puts messages into flight; returns the row's new length. The row must have room. */
  send(row: Int32Array, length: number, messages: readonly number[]): number {
    const { FLIGHT, rules } = this;
    const ordered = this.bounds.ordered;
    for (const message of messages) {
      let place = length++;
      if (ordered) for (const rank = rules.rank(message); place > FLIGHT && rules.rank(row[place - 1]!) > rank; place--) row[place] = row[place - 1]!;
      else for (; place > FLIGHT && row[place - 1]! > message; place--) row[place] = row[place - 1]!;
      row[place] = message;
    }
    return length;
  }

  /**
   * Tells `visit` of each way on from a world, in a fixed order. Returns whether something is bound to happen in it sooner
   * or later: a message can be delivered, a timer is set, or a node will restart.
   */
  expand(row: Int32Array, length: number, visit: Visitor<T>): boolean {
    const { rules, size } = this;
    const used = row[this.USED]!;
    const afterTimer = this.#budget.spend(used, "timers");
    let unfinished = false;
    for (let node = 0; node < size; node++) {
      const { up, timers } = rules.nodes.values[row[node]!]!;
      if (!up || timers.length === 0) continue;
      unfinished = true;
      if (afterTimer < 0) continue;
      const transitions = rules.timers(row[node]!);
      for (let place = 0; place < transitions.length; place++) this.#handle(row, length, node, transitions[place]!, afterTimer, -1, visit, "timer", place);
    }
    if (this.#expandFlight(row, length, visit)) unfinished = true;
    if (this.#expandFaults(row, length, visit)) unfinished = true;
    return unfinished;
  }

  #expandFlight(row: Int32Array, length: number, visit: Visitor<T>): boolean {
    const { rules, FLIGHT } = this;
    const ordered = this.bounds.ordered;
    const used = row[this.USED]!;
    const afterDuplicate = this.#budget.spend(used, "duplicates");
    const afterDrop = this.#budget.spend(used, "drops");
    const messages = rules.messages.values;
    let delivered = false;
    for (let place = FLIGHT; place < length; place++) {
      const message = row[place]!;
      if (place > FLIGHT && (ordered ? rules.rank(row[place - 1]!) === rules.rank(message) : row[place - 1] === message)) continue;
      const to = messages[message]!.to;
      if (rules.nodes.values[row[to]!]!.up) {
        delivered = true;
        const transition = rules.transition(row[to]!, event(DELIVER, message));
        this.#handle(row, length, to, transition, used, place, visit, "deliver", message);
        if (afterDuplicate >= 0) this.#handle(row, length, to, transition, afterDuplicate, -1, visit, "duplicate", message);
      }
      if (afterDrop >= 0) this.#act(row, length, to, undefined, afterDrop, place, visit, "drop", message);
    }
    return delivered;
  }

  #expandFaults(row: Int32Array, length: number, visit: Visitor<T>): boolean {
    const { rules, size, bounds } = this;
    const used = row[this.USED]!;
    const afterCrash = this.#budget.spend(used, "crashes");
    const afterInput = this.#budget.spend(used, "inputs");
    let returning = false;
    for (let node = 0; node < size; node++) {
      const number = row[node]!;
      if (rules.nodes.values[number]!.up) {
        if (afterCrash >= 0) this.#act(row, length, node, rules.transition(number, event(CRASH)), afterCrash, -1, visit, "crash", 0);
        if (afterInput >= 0) for (let input = 0; input < this.#inputs; input++) this.#handle(row, length, node, rules.transition(number, event(INPUT, input)), afterInput, -1, visit, "input", input);
      } else if (bounds.restart !== "never") {
        returning = true;
        this.#act(row, length, node, rules.transition(number, event(RESTART)), used, -1, visit, "restart", 0);
        if (bounds.restart === "lost") this.#act(row, length, node, rules.transition(number, event(RESTART_LOST)), used, -1, visit, "restart lost", 0);
      }
    }
    return returning;
  }

  /** A handler runs, or, where that is to be explored, is cut short after each of its writes. */
  #handle(row: Int32Array, length: number, node: number, transition: Transition<T>, used: number, taken: number, visit: Visitor<T>, kind: ActionKind, argument: number): void {
    this.#act(row, length, node, transition, used, taken, visit, kind, argument);
    const afterCrash = this.bounds.midWrite ? this.#budget.spend(used, "crashes") : -1;
    if (afterCrash < 0) return;
    const writes = transition.effects.filter((effect) => effect.kind === "save").length;
    for (let done = 1; done <= writes; done++) this.#act(row, length, node, this.rules.cutShort(row[node]!, transition.event, done), afterCrash, taken, visit, kind, argument, done);
  }

  /** Works out the next world, in which the message at place `taken` (if any) is no longer in flight. */
  #act(row: Int32Array, length: number, node: number, transition: Transition<T> | undefined, used: number, taken: number, visit: Visitor<T>, kind: ActionKind, argument: number, writes = 0): void {
    const sends = transition?.sends.length ?? 0;
    if (length + sends > this.#next.length) this.#next = this.roomFor(length + sends);
    const next = this.#next;
    if (taken < 0) {
      for (let i = 0; i < length; i++) next[i] = row[i]!;
      this.#length = length;
    } else {
      for (let i = 0; i < taken; i++) next[i] = row[i]!;
      for (let i = taken + 1; i < length; i++) next[i - 1] = row[i]!;
      this.#length = length - 1;
    }
    next[this.USED] = used;
    if (transition) {
      next[node] = transition.next;
      if (sends > 0) this.#length = this.send(next, this.#length, transition.sends);
      if (this.subject.stale) this.#length = this.#forget(next, this.#length);
    }
    visit(next, this.#length, transition, kind, node, argument, writes);
  }

  /** Takes messages out that have come too late; returns the row's new length. */
  #forget(row: Int32Array, length: number): number {
    let end = this.FLIGHT;
    for (let place = this.FLIGHT; place < length; place++) {
      const message = row[place]!;
      if (!this.#isStale(row[this.rules.messages.values[message]!.to]!, message)) row[end++] = message;
    }
    return end;
  }

  #isStale(node: number, message: number): boolean {
    const known = this.#stale.get(node, message);
    if (known !== PairMap.MISSING) return known === 1;
    const { rules, subject } = this;
    const view = rules.nodes.values[node]!;
    const { from, message: content } = rules.messages.values[message]!;
    const stale = subject.stale!(view, content, from);
    if (stale && view.up) {
      const { next, effects } = rules.transition(node, event(DELIVER, message));
      if (next !== node || effects.length > 0) throw new Error(`a message from node ${from} is said to come too late at node ${view.id}, and would do something there: ${JSON.stringify(content)}`);
    }
    this.#stale.add(node, message, stale ? 1 : 0);
    return stale;
  }
}
