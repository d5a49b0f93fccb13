import type { Types } from "../../protocol.js";
import type { Breach } from "./factSets.js";
import type { Transition } from "./nodeRules.js";
import type { Worlds } from "./worlds.js";
import { WorldTable } from "./worldTable.js";

/** A world that was looked at as a whole. */
export interface Settled {
  /** Its facts, with those that came of the look. */
  readonly facts: number;
  /** Which of the *eventually* have come about, here or before. */
  readonly done: number;
  readonly breaches: readonly Breach[];
  /** Places of the reachables that it reaches. */
  readonly reached: readonly number[];
}

/** Looks at all nodes of a world at once; once for all worlds that differ only in what is in flight. */
export class Overview<T extends Types> {
  readonly #worlds: Worlds<T>;
  readonly #seen = new WorldTable();
  readonly #settled: Settled[] = [];
  readonly #part: Int32Array;
  readonly #needed: boolean;

  constructor(worlds: Worlds<T>) {
    this.#worlds = worlds;
    this.#part = new Int32Array(worlds.size + 2);
    const { eventually = [], reachables = [] } = worlds.subject;
    this.#needed = worlds.judge.hasOverall || eventually.length > 0 || reachables.some((reachable) => reachable.overall);
  }

  settle(row: Int32Array): Settled {
    const { FACTS, DONE } = this.#worlds;
    if (!this.#needed) return { facts: row[FACTS]!, done: row[DONE]!, breaches: [], reached: [] };
    const part = this.#part;
    for (let i = 0; i <= FACTS; i++) part[i] = row[i]!;
    part[FACTS + 1] = row[DONE]!;
    const number = this.#seen.add(part, part.length, -1);
    if (number >= 0) this.#settled.push(this.#look(row));
    return this.#settled[number < 0 ? ~number : number]!;
  }

  #look(row: Int32Array): Settled {
    const { subject, judge, FACTS, DONE } = this.#worlds;
    const { eventually = [], reachables = [] } = subject;
    const nodes = this.#worlds.nodes(row);
    const verdict = judge.overall(nodes, row[FACTS]!);
    let done = row[DONE]!;
    eventually.forEach((property, i) => {
      if ((done & (1 << i)) === 0 && property.holds(nodes)) done |= 1 << i;
    });
    const reached = reachables.flatMap((reachable, place) => (reachable.overall?.(nodes) ? [place] : []));
    return { facts: verdict.facts, done, breaches: verdict.breaches, reached };
  }
}

/** The world in which all nodes have started, one after another; not yet settled. */
export function startOf<T extends Types>(worlds: Worlds<T>): { row: Int32Array; length: number; transitions: Transition<T>[]; breaches: readonly Breach[] } {
  const transitions = Array.from({ length: worlds.size }, (_, node) => worlds.rules.start(node));
  const sends = transitions.flatMap((transition) => transition.sends);
  const row = worlds.roomFor(worlds.FLIGHT + sends.length);
  transitions.forEach(({ next }, node) => (row[node] = next));
  const breaches: Breach[] = [];
  for (const transition of transitions) {
    const facts = worlds.judge.after(transition, row[worlds.FACTS]!);
    if (facts < 0) breaches.push(...worlds.judge.breaches(transition, row[worlds.FACTS]!));
    else row[worlds.FACTS] = facts;
  }
  return { row, length: worlds.send(row, worlds.FLIGHT, sends), transitions, breaches };
}
