import { canonical } from "./canonical.js";
import { Interner } from "./interner.js";
import type { Fact } from "../../promises.js";

/** What one invariant said of one moment. */
export type Statement =
  | { readonly kind: "agree"; readonly invariant: string; readonly fact: Fact }
  | { readonly kind: "rises"; readonly invariant: string; readonly fact: Fact & { readonly value: number } }
  | { readonly kind: "broken"; readonly invariant: string; readonly message: string };

/** A promise that was broken, and how, in words. */
export interface Breach {
  readonly property: string;
  readonly message: string;
}

/** A fact as it is remembered. Each invariant has a memory of its own. */
interface Known extends Fact {
  readonly invariant: string;
}
type FactSet = ReadonlyMap<string, Known>;

/** Sets of facts; equal ones share a number, and 0 is the empty one. */
export class FactSets {
  readonly #sets = new Interner<FactSet>();

  constructor() {
    this.#number(new Map());
  }

  /** The set with a statement taken in, and what it breaks, if anything. */
  with(set: number, statement: Statement): number | Breach {
    const property = statement.invariant;
    if (statement.kind === "broken") return { property, message: statement.message };
    const { kind, key, value } = statement.fact;
    const facts = this.#sets.values[set]!;
    const name = nameOf(property, kind, key);
    const known = facts.get(name);
    if (known?.value === value) return set;
    if (known && statement.kind === "agree") return { property, message: `${kind} ${key}: first ${known.value}, then ${value}` };
    if (known && value < known.value) return { property, message: `${kind} ${key} fell from ${known.value} to ${value}` };
    return this.#number(new Map(facts).set(name, { invariant: property, kind, key, value }));
  }

  /** What an invariant stated under a kind and a key. */
  known(set: number, invariant: string, kind: string, key: number | string): number | string | undefined {
    return this.#sets.values[set]!.get(nameOf(invariant, kind, key))?.value;
  }

  /** The set with each fact changed by `change`. */
  map(set: number, change: (fact: Fact) => Fact): number {
    const changed = [...this.#sets.values[set]!.values()].map((known) => ({ ...change(known), invariant: known.invariant }));
    return this.#number(new Map(changed.map((known) => [nameOf(known.invariant, known.kind, known.key), known])));
  }

  #number(facts: FactSet): number {
    const names = [...facts.keys()].sort();
    return this.#sets.numberOf(canonical(names.map((name) => [name, facts.get(name)!.value])), facts);
  }
}

const nameOf = (invariant: string, kind: string, key: number | string) => canonical([invariant, kind, key]);
