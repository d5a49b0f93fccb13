import type { Operation } from "../history.js";
import type { Model } from "../models/model.js";
import { Budget, type BudgetOptions } from "./budget.js";
import { search, type Found } from "./search.js";
import { cutAt, shrink } from "./shrink.js";
import type { Witness } from "./witness.js";
import { judgeByZones } from "./zones.js";

export interface LinearizabilityOptions extends BudgetOptions {
  /** The object's state at the start; null unless given. */
  readonly initial?: unknown;
}

/** The judgement of a history. */
export interface Linearizability {
  /** `unknown` if the budget ended first: never a guess. */
  readonly verdict: "linearizable" | "not-linearizable" | "unknown";
  /** The steps that it took. */
  readonly steps: number;
  /** If it is linearizable: an order that shows it, of all answered operations and of those unanswered ones whose effect was seen. */
  readonly order?: readonly Operation[];
  /** If it is not: the smallest part that shows it. */
  readonly witness?: Witness;
}

/**
 * Judges whether a history could be that of an object that does one operation after the other, each at a moment between
 * its invocation and its answer (Herlihy and Wing, ACM TOPLAS 12(3), 1990). Objects with keys are judged key by key.
 * Registers whose writes are all of different values are judged by their zones, everything else by search.
 */
export function checkLinearizable(operations: readonly Operation[], model: Model, options: LinearizabilityOptions = {}): Linearizability {
  const { initial = null } = options;
  const budget = new Budget(options, operations.length);
  const sorted = inOrder(operations, model);
  const orders: (readonly Operation[])[] = [];
  let unknown = false;
  for (const [key, part] of model.keyed ? byKey(sorted) : [[undefined, sorted] as const]) {
    const begin = model.begin(initial, key);
    const judgement = judge(part, model, begin, budget);
    if (judgement.verdict === "not-linearizable") {
      return { verdict: "not-linearizable", witness: witnessOf(part, judgement.blocked, model, initial, begin, key, budget), steps: budget.steps };
    }
    if (judgement.verdict === "unknown") unknown = true;
    orders.push(judgement.order);
  }
  if (unknown) return { verdict: "unknown", steps: budget.steps };
  return { verdict: "linearizable", order: orders.length === 1 ? orders[0]! : merged(orders), steps: budget.steps };
}

const judge = (part: readonly Operation[], model: Model, begin: unknown, budget: Budget): Found => judgeByZones(part, model, begin, budget) ?? search(part, model, begin, budget);

function inOrder(operations: readonly Operation[], model: Model): readonly Operation[] {
  let sorted = true;
  let before = -1;
  for (const { f, invoked, returned, id } of operations) {
    if (!Object.hasOwn(model.operations, f)) throw new Error(`operation ${id} is "${f}", but a ${model.name} knows ${Object.keys(model.operations).join(", ")}`);
    if (!(returned > invoked)) throw new Error(`operation ${id} is answered at ${returned}, which is not after its invocation at ${invoked}`);
    if (invoked < before) sorted = false;
    before = invoked;
  }
  return sorted ? operations : [...operations].sort((a, b) => a.invoked - b.invoked);
}

function byKey(operations: readonly Operation[]): Map<string | number | undefined, Operation[]> {
  const parts = new Map<string | number | undefined, Operation[]>();
  for (const operation of operations) {
    const part = parts.get(operation.key);
    if (part) part.push(operation);
    else parts.set(operation.key, [operation]);
  }
  return parts;
}

/** One order of all objects' operations: each comes as early as its own object's order lets it. */
function merged(orders: readonly (readonly Operation[])[]): Operation[] {
  const placed = orders.flatMap((order) => {
    let moment = -1;
    return order.map((operation) => ({ operation, moment: (moment = Math.max(moment, operation.invoked)) }));
  });
  return placed.sort((a, b) => a.moment - b.moment).map(({ operation }) => operation);
}

/** How many steps a witness may cost at most: beyond, one that is larger than need be is better than waiting. */
const WITNESS_STEPS = 20_000_000;

const exhausted = new Error("the budget for a smaller witness is used up");

function witnessOf(part: readonly Operation[], blocked: Operation | undefined, model: Model, initial: unknown, begin: unknown, key: string | number | undefined, budget: Budget): Witness {
  const most = budget.steps + WITNESS_STEPS;
  let operations = part;
  let smallest = true;
  const fails = (candidate: readonly Operation[]) => {
    const { verdict } = judge(candidate, model, begin, budget);
    if (verdict === "unknown" || budget.steps > most) throw exhausted;
    if (verdict === "not-linearizable") operations = candidate;
    return verdict === "not-linearizable";
  };
  try {
    // Likely the shortest prefix that fails, but for results that came later and are unknown in it.
    if (blocked) fails(cutAt(part, blocked.returned));
    shrink(operations, model, initial, fails);
  } catch (error) {
    if (error !== exhausted) throw error;
    smallest = false;
  }
  const found = search(operations, model, begin, budget);
  const order = found.order.map(({ id }) => id);
  const placed = new Set(order);
  return {
    ...(key === undefined ? {} : { key }),
    operations,
    order,
    unplaced: found.blocked ? operations.filter(({ id, returned }) => returned !== Infinity && !placed.has(id)).map(({ id }) => id) : [],
    ...(found.blocked ? { blocked: found.blocked.id } : {}),
    smallest,
  };
}
