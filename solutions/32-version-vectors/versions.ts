import type { Causality, NodeId, VersionVector } from "leaderlab";

/** A value, and what its writer knew when it was written, this write included. */
export interface Version<V> {
  readonly vector: VersionVector;
  readonly value: V;
}

/** The vector with one more update of a node. */
export function increment(vector: VersionVector, node: NodeId): VersionVector {
  // <answer> TODO: a new vector; the given one stays as it is. What is the count of a node that is missing?
  // A copy: whoever still holds the old vector must not learn of an update that it has not seen.
  return { ...vector, [node]: countOf(vector, node) + 1 };
  // </answer> throw new Error("increment is still to do");
}

/** The vector that knows what either knows, and no more. */
export function merge(a: VersionVector, b: VersionVector): VersionVector {
  // <answer> TODO: for each node that is in either of them, who knows more?
  // A count says "all up to this one", so the greater of two includes the smaller.
  const merged: Record<NodeId, number> = { ...a };
  for (const node of nodesOf(a, b)) merged[node] = Math.max(countOf(a, node), countOf(b, node));
  return merged;
  // </answer> throw new Error("merge is still to do");
}

/** How `a` lies to `b`: it knows less ("before"), more ("after"), the same, or each knows what the other does not. */
export function compare(a: VersionVector, b: VersionVector): Causality {
  // <answer> TODO: two questions decide. Is there something that `a` knows and `b` does not? And the other way round?
  // Neither question can be spared, and neither the sum nor the first difference answers them.
  const aKnowsMore = nodesOf(a, b).some((node) => countOf(a, node) > countOf(b, node));
  const bKnowsMore = nodesOf(a, b).some((node) => countOf(b, node) > countOf(a, node));
  if (aKnowsMore && bKnowsMore) return "concurrent";
  return aKnowsMore ? "after" : bKnowsMore ? "before" : "equal";
  // </answer> throw new Error("compare is still to do");
}

/**
 * What a replica holds of one key after another one has sent what it holds: of all these versions those that none of the
 * others has overwritten, each once. Those that are left are *siblings*.
 */
export function reconcile<V>(held: readonly Version<V>[], received: readonly Version<V>[]): Version<V>[] {
  // <answer> TODO: which versions are overwritten by another? And of those that are on both lists, which one is kept?
  const all = [...held, ...received];
  return all.filter((one, index) => {
    const overwritten = all.some((other) => compare(one.vector, other.vector) === "before");
    // Equal vectors are the same write: it stays where it stands first.
    const again = all.slice(0, index).some((other) => compare(one.vector, other.vector) === "equal");
    return !overwritten && !again;
  });
  // </answer> throw new Error("reconcile is still to do");
}

/** How many updates of a node a vector knows. */
function countOf(vector: VersionVector, node: NodeId): number {
  // <answer> TODO: not every node is in every vector.
  return vector[node] ?? 0;
  // </answer> throw new Error("countOf is still to do");
}

/** Given: the nodes that are in one of the vectors, or in both. */
function nodesOf(a: VersionVector, b: VersionVector): NodeId[] {
  return Object.keys({ ...a, ...b }).map(Number);
}
