import type { Bounds } from "./bounds.js";

/** What is used up in the course of a run. */
const SPENT = ["crashes", "timers", "inputs", "duplicates", "drops"] as const;
export type Spent = (typeof SPENT)[number];

/** How much of each budget a world has used, in one integer. What is not bounded is not counted. */
export class Budget {
  readonly #units = new Map<Spent, { readonly unit: number; readonly radix: number }>();

  /** Throws a `RangeError` if the budgets together are too large to be counted. */
  constructor(bounds: Required<Bounds>) {
    let unit = 1;
    for (const name of SPENT) {
      if (bounds[name] === Infinity) continue;
      this.#units.set(name, { unit, radix: bounds[name] + 1 });
      unit *= bounds[name] + 1;
    }
    if (unit > 0x7fffffff) throw new RangeError(`the bounds ${SPENT.join(", ")} are too large together: give smaller ones`);
  }

  /** The budget after one more of these; −1 if none is left. */
  spend(used: number, name: Spent): number {
    const counted = this.#units.get(name);
    if (!counted) return used;
    return Math.floor(used / counted.unit) % counted.radix === counted.radix - 1 ? -1 : used + counted.unit;
  }
}
