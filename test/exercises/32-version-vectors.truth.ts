import type { Causality, VersionVector } from "../../lib/gossip/versions/versionVector.js";
import { createRandom } from "../../lib/random.js";

/** Vectors as what they stand for, sets of updates: "0.2" is the second update of node 0. By this answers are judged. */
export const updatesOf = (vector: VersionVector): Set<string> =>
  new Set(Object.entries(vector).flatMap(([node, count]) => Array.from({ length: count }, (_, i) => `${node}.${i + 1}`)));

/** What is in the first set and not in the second. */
export const without = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] => [...a].filter((update) => !b.has(update));

export function relation(a: ReadonlySet<string>, b: ReadonlySet<string>): Causality {
  const [more, less] = [without(a, b).length > 0, without(b, a).length > 0];
  return more ? (less ? "concurrent" : "after") : less ? "before" : "equal";
}

export const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => relation(a, b) === "equal";

/** Whether this is a vector: whole counts from 0, by node. */
export const isVector = (value: unknown): value is VersionVector =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.entries(value).every(([node, count]) => /^\d+$/.test(node) && Number.isInteger(count) && (count as number) >= 0 && (count as number) < 1000);

/** Two updates as words: "update 2 of node 0". */
export function update(name: string): string {
  const [node, counter] = name.split(".");
  return `update ${counter} of node ${node}`;
}

export const show = (vector: VersionVector): string => (Object.keys(vector).length === 0 ? "{}" : `{ ${Object.entries(vector).map(([node, count]) => `${node}: ${count}`).join(", ")} }`);

function numbers(most: number): number[] {
  return Array.from({ length: most + 1 }, (_, i) => i);
}

/** All vectors of three nodes with counts from 1 to 3: nothing is missing. The small ones first. */
export const whole: readonly VersionVector[] = bySize(numbers(2).flatMap((a) => numbers(2).flatMap((b) => numbers(2).map((c) => ({ 0: a + 1, 1: b + 1, 2: c + 1 })))));

/** All vectors of three nodes with counts up to 2, where 0 is not written down, and some with other nodes. */
export const sparse: readonly VersionVector[] = bySize([
  ...numbers(2).flatMap((a) => numbers(2).flatMap((b) => numbers(2).map((c): VersionVector => Object.fromEntries([a, b, c].flatMap((count, node) => (count > 0 ? [[node, count]] : [])))))),
  { 7: 1 },
  { 2: 1, 10: 1 },
  { 10: 2 },
]);

/** Vectors in which some zeros are written down. */
export const withZeros: readonly VersionVector[] = [{ 0: 0 }, { 0: 1, 1: 0 }, { 0: 0, 1: 2 }, { 0: 0, 1: 0, 2: 0 }, { 1: 1, 2: 0 }, { 0: 1, 1: 1, 2: 0 }];

function bySize(vectors: VersionVector[]): VersionVector[] {
  const sizeOf = (vector: VersionVector): number => Object.values(vector).reduce((sum, count) => sum + count, 0);
  return vectors.sort((a, b) => sizeOf(a) - sizeOf(b));
}

export const pairsOf = <V>(list: readonly V[]): (readonly [V, V])[] => list.flatMap((a) => list.map((b) => [a, b] as const));

/** One step of a history: a client of a replica reads all that it holds, and writes; or a replica sends another what it holds. */
export type Step = { readonly write: string; readonly at: number } | { readonly from: number; readonly to: number };

/** Histories of three replicas at random, the short ones first. */
export function randomHistories(count: number): Step[][] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(index + 1);
    const pick = (most: number) => Math.floor(most * random());
    const length = 2 + Math.floor((12 * index) / count);
    return Array.from({ length }, (_, at): Step => {
      const one = pick(3);
      return at === 0 || random() < 0.4 ? { write: String.fromCharCode(97 + at), at: one } : { from: one, to: (one + 1 + pick(2)) % 3 };
    });
  });
}

/** What the replicas should hold after each step, by the names of the values: those that nobody who had read them has replaced. */
export function heldIn(history: readonly Step[]): string[][] {
  /** Of each value, those that its writer had read, directly or by way of others, and itself. */
  const past = new Map<string, ReadonlySet<string>>();
  const seen = [0, 1, 2].map(() => new Set<string>());
  return history.map((step) => {
    if ("write" in step) {
      past.set(step.write, new Set([...seen[step.at]!, step.write]));
      seen[step.at]!.add(step.write);
    } else for (const value of seen[step.from]!) seen[step.to]!.add(value);
    const known = [...seen["write" in step ? step.at : step.to]!];
    return known.filter((one) => !known.some((other) => other !== one && past.get(other)!.has(one)));
  });
}

export const tell = (step: Step): string => ("write" in step ? `a client at replica ${step.at} reads all and writes ${step.write}` : `replica ${step.from} sends what it holds to replica ${step.to}`);
