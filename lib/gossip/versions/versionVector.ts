import type { NodeId } from "../../protocol.js";

/**
 * How many updates of each node are known; a node that is absent has 0 (Parker et al., Detection of Mutual Inconsistency
 * in Distributed Systems, 1983). Plain data: equal vectors have the same JSON text as long as no entry is 0.
 */
export type VersionVector = Readonly<Record<NodeId, number>>;

/** One update: the `counter`-th of a node, counted from 1. */
export interface Dot {
  readonly node: NodeId;
  readonly counter: number;
}

/** How two vectors lie to each other: the first knows less than the second, more, the same, or each something that the other does not. */
export type Causality = "before" | "after" | "equal" | "concurrent";

/** How many updates of a node are known. */
export const counterOf = (vector: VersionVector, node: NodeId): number => vector[node] ?? 0;

/** The vector with one more update of a node. */
export function increment(vector: VersionVector, node: NodeId): VersionVector {
  return { ...vector, [node]: counterOf(vector, node) + 1 };
}

/** The vector that knows what either knows, and no more: the greater counter of each node. */
export function mergeVectors(a: VersionVector, b: VersionVector): VersionVector {
  const merged: Record<NodeId, number> = { ...a };
  for (const node of nodesOf(b)) merged[node] = Math.max(counterOf(a, node), counterOf(b, node));
  return merged;
}

/** Whether the first vector knows all that the second knows. */
export function descends(a: VersionVector, b: VersionVector): boolean {
  return nodesOf(b).every((node) => counterOf(a, node) >= counterOf(b, node));
}

/** How two vectors lie to each other. */
export function compareVectors(a: VersionVector, b: VersionVector): Causality {
  const [forth, back] = [descends(a, b), descends(b, a)];
  return forth && back ? "equal" : forth ? "after" : back ? "before" : "concurrent";
}

/** Whether an update is among those that the vector knows. */
export const includes = (vector: VersionVector, { node, counter }: Dot): boolean => counterOf(vector, node) >= counter;

/** The next update of a node that knows so much. */
export const nextDot = (vector: VersionVector, node: NodeId): Dot => ({ node, counter: counterOf(vector, node) + 1 });

const nodesOf = (vector: VersionVector): readonly NodeId[] => Object.keys(vector) as unknown as NodeId[];
