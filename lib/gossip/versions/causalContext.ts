import { counterOf, descends, type Dot, mergeVectors, type VersionVector } from "./versionVector.js";

/**
 * A set of updates that need not be known in order: for each node all up to a counter, and single ones beyond, the cloud
 * (Almeida, Shoker and Baquero, Delta State Replicated Data Types, 2018). Compact: no dot of the cloud is in the
 * vector, or next after it; in order of node and counter.
 */
export interface CausalContext {
  readonly vector: VersionVector;
  readonly cloud: readonly Dot[];
}

/** Nothing is known. */
export const NOTHING_KNOWN: CausalContext = { vector: {}, cloud: [] };

/** Whether an update is known. */
export function knows({ vector, cloud }: CausalContext, { node, counter }: Dot): boolean {
  return counterOf(vector, node) >= counter || cloud.some((dot) => dot.node === node && dot.counter === counter);
}

/** Whether the first knows all that the second knows. */
export function covers(a: CausalContext, b: CausalContext): boolean {
  // What is compact has in its cloud nothing that comes next: it cannot make up for a counter that is behind.
  return descends(a.vector, b.vector) && b.cloud.every((dot) => knows(a, dot));
}

/** What either knows. */
export function mergeContexts(a: CausalContext, b: CausalContext): CausalContext {
  return compact(mergeVectors(a.vector, b.vector), [...a.cloud, ...b.cloud]);
}

/** These updates and no others. */
export const contextOf = (dots: readonly Dot[]): CausalContext => compact({}, dots);

function compact(vector: VersionVector, dots: readonly Dot[]): CausalContext {
  const counters: Record<number, number> = { ...vector };
  const cloud: Dot[] = [];
  // In order, so that what closes a gap comes before what lies beyond it.
  for (const dot of [...dots].sort((a, b) => a.node - b.node || a.counter - b.counter)) {
    const { node, counter } = dot;
    const last = cloud.at(-1);
    if (counter === counterOf(counters, node) + 1) counters[node] = counter;
    else if (counter > counterOf(counters, node) && !(last?.node === node && last.counter === counter)) cloud.push(dot);
  }
  return { vector: counters, cloud };
}
