import type { Operation } from "../history.js";
import type { Model } from "../models/model.js";
import type { Budget } from "./budget.js";
import { numbered } from "./numbered.js";
import { Seen } from "./seen.js";

/** What a search found. */
export interface Found {
  readonly verdict: "linearizable" | "not-linearizable" | "unknown";
  /** The order that was found; if there is none, the longest that could be built of those that got furthest. Of unanswered operations, those that were needed. */
  readonly order: readonly Operation[];
  /** If there is no order: the operation before whose answer every order ended. The history up to this answer is not linearizable, if one knows the results that came later. */
  readonly blocked?: Operation;
}

/**
 * Looks for an order of the operations of one object: Wing and Gong's search (Journal of Parallel and Distributed
 * Computing 17, 1993) with Lowe's memory of the sets it went on from (Concurrency and Computation 29(4), 2017). The next
 * operation is one that began before any open one was answered. An observer that fits is taken at once and for good:
 * whatever order there is, it may as well come now.
 */
export function search(all: readonly Operation[], model: Model, begin: unknown, budget: Budget): Found {
  const history = numbered(all, model, begin);
  const { operations, answered, kinds, observing } = history;
  const count = operations.length;
  if (budget.spent(all.length)) return { verdict: "unknown", order: [] };
  const { next, previous } = eventList(operations, answered);
  const ends = 1 + count;

  // Bits of the answered operations, then, from a word of their own, of the others.
  const tail = (answered + 31) >> 5;
  const bits = new Int32Array(tail + ((count - answered + 31) >> 5));
  const seen = new Seen(bits, tail);
  const takenKinds = answered < count ? earlierOfKind(kinds, answered) : undefined;

  const stack = new Int32Array(count);
  const statesBefore = new Int32Array(count);
  const lastsBefore = new Int32Array(count);
  let depth = 0;
  let state = history.initial;
  let hash = 0;
  let open = 0;
  let last = -1;
  let left = answered;

  // The best order so far: the search's own, up to `common`, is still the same.
  const best = new Int32Array(count);
  let bestDepth = -1;
  let bestReach = -1;
  let common = 0;
  let blocked = -1;
  let stepsCounted = 0;
  let steps = 0;

  const take = (operation: number): void => {
    stack[depth] = operation;
    statesBefore[depth] = state;
    lastsBefore[depth] = last;
    depth++;
    let before = previous[1 + operation]!;
    let after = next[1 + operation]!;
    next[before] = after;
    previous[after] = before;
    if (operation < answered) {
      before = previous[ends + operation]!;
      after = next[ends + operation]!;
      next[before] = after;
      previous[after] = before;
      bits[operation >> 5]! |= 1 << (operation & 31);
      if (operation > last) last = operation;
      while (open < answered && (bits[open >> 5]! & (1 << (open & 31))) !== 0) open++;
      left--;
    } else {
      const bit = operation - answered;
      bits[tail + (bit >> 5)]! |= 1 << (bit & 31);
    }
    hash ^= mark(operation);
  };

  const takeBack = (): number => {
    const operation = stack[--depth]!;
    state = statesBefore[depth]!;
    last = lastsBefore[depth]!;
    if (operation < answered) {
      next[previous[ends + operation]!] = ends + operation;
      previous[next[ends + operation]!] = ends + operation;
      bits[operation >> 5]! &= ~(1 << (operation & 31));
      if (operation < open) open = operation;
      left++;
    } else {
      const bit = operation - answered;
      bits[tail + (bit >> 5)]! &= ~(1 << (bit & 31));
    }
    next[previous[1 + operation]!] = 1 + operation;
    previous[next[1 + operation]!] = 1 + operation;
    hash ^= mark(operation);
    return operation;
  };

  /** Takes all observers that fit the state. */
  const observe = (): void => {
    for (let before = 0, node = next[0]!; node !== 0 && node < ends; node = next[before]!) {
      const operation = node - 1;
      if (observing[operation] === 1 && history.step(state, kinds[operation]!) === state) take(operation);
      else before = node;
    }
  };

  observe();
  let node = next[0]!;
  while (left > 0) {
    if (node !== 0 && node < ends) {
      const operation = node - 1;
      node = next[node]!;
      if (observing[operation] === 1) continue;
      if (operation >= answered && takenKinds !== undefined && isSpare(takenKinds, operation)) continue;
      if ((++steps & 255) === 0) {
        const spent = budget.spent(steps - stepsCounted, seen.size + history.remembered());
        stepsCounted = steps;
        if (spent) return { verdict: "unknown", order: [] };
      }
      const after = history.step(state, kinds[operation]!);
      if (after < 0) continue;
      take(operation);
      if (seen.add(hash, after, open, last)) {
        state = after;
        observe();
        node = next[0]!;
      } else takeBack();
      continue;
    }
    // An open operation was answered here: nothing that began later may come before it.
    const reach = operations[node - ends]!.returned;
    if (reach > bestReach || (reach === bestReach && depth > bestDepth)) {
      if (reach > bestReach) blocked = node - ends;
      bestReach = reach;
      for (let i = common; i < depth; i++) best[i] = stack[i]!;
      common = depth;
      bestDepth = depth;
    }
    let undone = -1;
    while (depth > 0 && (undone = takeBack()) >= 0 && observing[undone] === 1) undone = -1;
    if (depth < common) common = depth;
    if (undone < 0) {
      // A small search must respect a small budget, too.
      if (budget.spent(steps - stepsCounted, seen.size + history.remembered())) return { verdict: "unknown", order: [] };
      return { verdict: "not-linearizable", order: Array.from(best.subarray(0, bestDepth), (i) => operations[i]!), blocked: operations[blocked]! };
    }
    node = next[1 + undone]!;
  }
  if (budget.spent(steps - stepsCounted, seen.size + history.remembered())) return { verdict: "unknown", order: [] };
  return { verdict: "linearizable", order: Array.from(stack.subarray(0, depth), (i) => operations[i]!) };

  /** An unanswered operation of the same kind that began earlier will do as well. */
  function isSpare(earlier: Int32Array, operation: number): boolean {
    const other = earlier[operation - answered]!;
    return other >= 0 && (bits[tail + (other >> 5)]! & (1 << (other & 31))) === 0;
  }
}

/**
 * Invocations and answers in one doubly linked list, in their order: node 0 is its head and its end, 1 + i the invocation
 * of operation i, 1 + count + i its answer.
 */
function eventList(operations: readonly Operation[], answered: number): { next: Int32Array; previous: Int32Array } {
  const count = operations.length;
  const next = new Int32Array(1 + count + answered);
  const previous = new Int32Array(1 + count + answered);
  let at = 0;
  for (const node of nodesInOrder(operations, answered)) {
    next[at] = node;
    previous[node] = at;
    at = node;
  }
  next[at] = 0;
  previous[0] = at;
  return { next, previous };
}

function nodesInOrder(operations: readonly Operation[], answered: number): Int32Array {
  const count = operations.length;
  const nodes = new Int32Array(count + answered);
  const place = (node: number) => (node <= count ? operations[node - 1]!.invoked : operations[node - 1 - count]!.returned);
  let end = 0;
  for (let i = 0; i < count; i++) end = Math.max(end, operations[i]!.invoked, i < answered ? operations[i]!.returned : 0);
  if (end < 4 * nodes.length) {
    // Places are small integers: each goes to its own slot.
    const slots = new Int32Array(end + 1);
    for (let i = 0; i < count; i++) {
      slots[operations[i]!.invoked] = 1 + i;
      if (i < answered) slots[operations[i]!.returned] = 1 + count + i;
    }
    let at = 0;
    for (let slot = 0; slot <= end; slot++) if (slots[slot] !== 0) nodes[at++] = slots[slot]!;
    if (at === nodes.length) return nodes;
  }
  for (let i = 0; i < nodes.length; i++) nodes[i] = 1 + i;
  return nodes.sort((a, b) => place(a) - place(b));
}

/** For each unanswered operation, the one of the same kind before it, or -1; both counted from `answered`. */
function earlierOfKind(kinds: Int32Array, answered: number): Int32Array {
  const earlier = new Int32Array(kinds.length - answered);
  const lastOf = new Map<number, number>();
  for (let i = answered; i < kinds.length; i++) {
    earlier[i - answered] = lastOf.get(kinds[i]!) ?? -1;
    lastOf.set(kinds[i]!, i - answered);
  }
  return earlier;
}

/** A random-looking number for each operation: a set's hash is all of them together, and changes by one. */
function mark(operation: number): number {
  let h = Math.imul(operation + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}
