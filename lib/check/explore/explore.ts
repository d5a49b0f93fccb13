import type { Declaration } from "../../promises.js";
import type { Types } from "../../protocol.js";
import { type Bounds, checkBounds } from "./bounds.js";
import type { Breach } from "./factSets.js";
import type { Transition } from "./nodeRules.js";
import { Overview, startOf } from "./overview.js";
import { retrace } from "./retrace.js";

import type { Step } from "./steps.js";
import { type Subject, subjectOf } from "./subject.js";
import { symmetryOf } from "./symmetry.js";
import { Worlds } from "./worlds.js";
import { WorldTable } from "./worldTable.js";

/** What was found in exploring a small cluster. */
export interface Exploration<T extends Types> {
  /** Worlds come upon, counting those that were known already. */
  readonly states: number;
  /** Different worlds. */
  readonly unique: number;
  /** Steps from the start to the last world found. */
  readonly depth: number;
  /**
   * Whether every world was visited that the budgets (crashes, timers, inputs, duplicates, drops) allow: nothing was cut
   * off by the bounds on depth, messages in flight or worlds, by `stop`, or by a violation.
   */
  readonly complete: boolean;
  /** Memory of the table of worlds, divided by how many it holds. */
  readonly bytesPerState: number;
  /** Empty if all promises held. The exploration ends with the first that is broken, and no shorter path breaks one. */
  readonly violations: readonly Violation<T>[];
  /** By reachable: after how many steps it came about first; null if it never did. */
  readonly reached: Readonly<Record<string, number | null>>;
}

/** A promise that was broken. */
export interface Violation<T extends Types> {
  /** The invariant's name, or that of what should have come about eventually. */
  readonly property: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** The way there from the start. */
  readonly path: readonly Step<T>[];
}

/**
 * Visits every world that a small cluster can get into, by any order of messages and timers and by faults within the
 * bounds, nearest worlds first. `stop` is asked now and then whether to end early. Throws a `RangeError` for bounds out of
 * range, and an `Error` if symmetry is asked for and the subject does not say how nodes are renamed.
 */
export function explore<T extends Types>(what: Declaration<T> | Subject<T>, bounds: Bounds, { stop = () => false }: { readonly stop?: () => boolean } = {}): Exploration<T> {
  const subject = "engine" in what ? subjectOf(what) : what;
  return new Search(subject, checkBounds(bounds)).run(stop);
}

/** How many worlds are expanded between two questions whether to stop. */
const PATIENCE = 1024;

class Search<T extends Types> {
  readonly #worlds: Worlds<T>;
  readonly #table = new WorldTable();
  readonly #canonical: (row: Int32Array, length: number) => Int32Array;
  readonly #reached: (number | null)[];
  readonly #overview: Overview<T>;
  #states = 0;
  /** Steps from the start to the world that is expanded. */
  #depth = 0;
  #deepest = 0;
  #cut = false;
  #violations: Violation<T>[] = [];

  constructor(
    readonly subject: Subject<T>,
    readonly bounds: Required<Bounds>,
  ) {
    const worlds = (this.#worlds = new Worlds(subject, bounds));
    if ((subject.eventually?.length ?? 0) > 31) throw new RangeError("at most 31 properties can be watched for coming about eventually");
    this.#canonical = symmetryOf(worlds);
    this.#reached = (subject.reachables ?? []).map(() => null);
    this.#overview = new Overview(worlds);
  }

  run(stop: () => boolean): Exploration<T> {
    if (this.#begin()) {
      const table = this.#table;
      let row: Int32Array = new Int32Array(256);
      let levelEnds = table.length;
      for (let world = 0; world < table.length && this.#violations.length === 0; world++) {
        if (world === levelEnds) {
          this.#depth++;
          levelEnds = table.length;
        }
        if (world % PATIENCE === PATIENCE - 1 && stop()) {
          this.#cut = true;
          break;
        }
        const length = table.lengthOf(world);
        if (length > row.length) row = this.#worlds.roomFor(length);
        table.read(world, row);
        this.#expand(world, row, length);
      }
    }
    const { reachables = [] } = this.subject;
    return {
      states: this.#states,
      unique: this.#table.length,
      depth: this.#deepest,
      complete: !this.#cut && this.#violations.length === 0,
      bytesPerState: this.#table.bytes / Math.max(1, this.#table.length),
      violations: this.#violations,
      reached: Object.fromEntries(reachables.map(({ name }, i) => [name, this.#reached[i]!])),
    };
  }

  /** Starts all nodes. Returns false if that breaks a promise. */
  #begin(): boolean {
    const { row, length, breaches, transitions } = startOf(this.#worlds);
    if (breaches.length > 0) {
      this.#violations = breaches.map((breach) => ({ ...breach, path: [] }));
      return false;
    }
    for (const transition of transitions) this.#note(transition.reached, 0);
    this.#found(row, length, -1, 0);
    return this.#violations.length === 0;
  }

  #expand(world: number, row: Int32Array, length: number): void {
    const { bounds } = this;
    const worlds = this.#worlds;
    const { facts, done } = this.#overview.settle(row);
    row[worlds.FACTS] = facts;
    row[worlds.DONE] = done;
    const atEdge = this.#depth >= bounds.depth;
    const unfinished = worlds.expand(row, length, atEdge ? () => void (this.#cut = true) : (next, nextLength, transition) => this.#come(world, next, nextLength, transition));
    if (!unfinished && this.#violations.length === 0) this.#violations = this.#missing(world, done);
  }

  /** One step from `world` to the world in `row`. */
  #come(world: number, row: Int32Array, length: number, transition: Transition<T> | undefined): void {
    if (this.#violations.length > 0) return;
    const worlds = this.#worlds;
    if (length - worlds.FLIGHT > this.bounds.inFlight) {
      this.#cut = true;
      return;
    }
    if (transition) {
      const facts = worlds.judge.after(transition, row[worlds.FACTS]!);
      if (facts < 0) return this.#accuse(worlds.judge.breaches(transition, row[worlds.FACTS]!), world, true);
      row[worlds.FACTS] = facts;
      if (transition.reached.length > 0) this.#note(transition.reached, this.#depth + 1);
    }
    this.#found(row, length, world, this.#depth + 1);
  }

  #found(row: Int32Array, length: number, parent: number, depth: number): void {
    this.#states++;
    if (this.#table.length >= this.bounds.worlds) {
      this.#cut = true;
      return;
    }
    const canonical = this.#canonical(row, length);
    const world = this.#table.add(canonical, length, parent);
    if (world < 0) return;
    this.#deepest = depth;
    const { breaches, reached } = this.#overview.settle(canonical);
    this.#note(reached, depth);
    if (breaches.length > 0) this.#accuse(breaches, world, false);
  }

  #accuse(breaches: readonly Breach[], world: number, next: boolean): void {
    const path = this.#pathTo(world, next);
    this.#deepest = path.length;
    this.#violations = breaches.map((breach) => ({ ...breach, path }));
  }

  /** What has not come about in a world in which nothing is left to happen. */
  #missing(world: number, done: number): Violation<T>[] {
    const missing = (this.subject.eventually ?? []).filter((_, i) => (done & (1 << i)) === 0);
    if (missing.length === 0) return [];
    const path = this.#pathTo(world, false);
    return missing.map(({ name }) => ({ property: name, message: "nothing is left to happen, and it has not come about", path }));
  }

  /** The path to a world; with `next`, one step on, to one that breaks a promise. */
  #pathTo(world: number, next: boolean): readonly Step<T>[] {
    const chain: number[] = [];
    for (let at = world; at >= 0; at = this.#table.parentOf(at)) chain.unshift(at);
    const isAt = (place: number, row: Int32Array, length: number) => this.#table.is(chain[place]!, this.#canonical(row, length), length);
    return retrace(this.#worlds, this.#overview, chain.length, isAt, next);
  }

  #note(places: readonly number[], depth: number): void {
    for (const place of places) this.#reached[place] ??= depth;
  }
}
