import type { ObservedRemoveSet } from "../../lib/gossip/crdt/observedRemoveSet.js";
import { createRandom } from "../../lib/random.js";

/** One step of a history of some replicas, numbered from 0 to 7; mostly there are three. */
export type Step = { readonly add: string; readonly at: number } | { readonly remove: string; readonly at: number } | { readonly merge: number; readonly into: number };

/** Reads a history in short: `0+milk 0>1 1-milk` is replica 0 adding milk, replica 0 being merged into replica 1, and replica 1 removing milk. */
export function history(text: string): Step[] {
  return text.split(" ").map((word): Step => {
    const [, one, act, what] = /^(\d)([-+>])(\w+)$/.exec(word)!;
    return act === ">" ? { merge: Number(one), into: Number(what) } : act === "+" ? { add: what!, at: Number(one) } : { remove: what!, at: Number(one) };
  });
}

/** Histories at random, the short ones first: three replicas, two elements. */
export function randomHistories(count: number, least = 2, most = 14): Step[][] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(index + 1);
    const pick = (below: number) => Math.floor(below * random());
    const length = least + Math.floor(((most - least + 1) * index) / count);
    return Array.from({ length }, (_, at): Step => {
      const element = random() < 0.7 ? "milk" : "tea";
      const [one, chance] = [pick(3), random()];
      if (at === 0 || chance < 0.3) return { add: element, at: one };
      return chance < 0.5 ? { remove: element, at: one } : { merge: one, into: (one + 1 + pick(2)) % 3 };
    });
  });
}

export const actorOf = (step: Step): number => ("merge" in step ? step.into : step.at);

/** An add, and who has taken it away: all that ever happened, as no real set could afford to remember it. */
interface Memory {
  readonly known: Set<string>;
  readonly removed: Set<string>;
}

/** What the replica that each step changes should then have: an element, if it knows an add of it and no removal by somebody who had seen that add. */
export function heldIn(history: readonly Step[]): string[][] {
  const replicas = Array.from({ length: 8 }, (): Memory => ({ known: new Set(), removed: new Set() }));
  return history.map((step, index) => {
    const own = replicas[actorOf(step)]!;
    if ("add" in step) own.known.add(`${step.add} ${index}`);
    else if ("remove" in step) for (const one of own.known) void (one.startsWith(`${step.remove} `) && own.removed.add(one));
    else {
      for (const one of replicas[step.merge]!.known) own.known.add(one);
      for (const one of replicas[step.merge]!.removed) own.removed.add(one);
    }
    return [...new Set([...own.known].filter((one) => !own.removed.has(one)).map((one) => one.split(" ")[0]!))].sort();
  });
}

/** Whether this is a set, whatever else it carries. */
export function isSet(value: unknown): value is ObservedRemoveSet & { readonly context: Readonly<Record<number, number>> } {
  const { context, adds } = (value ?? {}) as { readonly context?: unknown; readonly adds?: unknown };
  if (typeof context !== "object" || context === null || Array.isArray(context) || !Object.entries(context).every(([node, count]) => /^\d+$/.test(node) && isCount(count))) return false;
  return Array.isArray(adds) && adds.every((one: { element?: unknown; dot?: { node?: unknown; counter?: unknown } } | null) => typeof one?.element === "string" && isCount(one.dot?.node) && isCount(one.dot?.counter));
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

export const elementsOf = (value: unknown): string[] => (isSet(value) ? [...new Set(value.adds.map(({ element }) => element))].sort() : []);

export const tell = (step: Step): string => ("add" in step ? `replica ${step.at} adds ${step.add}` : "remove" in step ? `replica ${step.at} removes ${step.remove}` : `replica ${step.into} merges what replica ${step.merge} has`);
