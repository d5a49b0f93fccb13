import type { Causality, NodeId, VersionVector } from "leaderlab";

/** A value, and what its writer knew when it was written, this write included. */
export interface Version<V> {
  readonly vector: VersionVector;
  readonly value: V;
}

/** The vector with one more update of a node. */
export function increment(vector: VersionVector, node: NodeId): VersionVector {
  // TODO: a new vector; the given one stays as it is. What is the count of a node that is missing?
  throw new Error("increment is still to do");
}

/** The vector that knows what either knows, and no more. */
export function merge(a: VersionVector, b: VersionVector): VersionVector {
  // TODO: for each node that is in either of them, who knows more?
  throw new Error("merge is still to do");
}

/** How `a` lies to `b`: it knows less ("before"), more ("after"), the same, or each knows what the other does not. */
export function compare(a: VersionVector, b: VersionVector): Causality {
  // TODO: two questions decide. Is there something that `a` knows and `b` does not? And the other way round?
  throw new Error("compare is still to do");
}

/**
 * What a replica holds of one key after another one has sent what it holds: of all these versions those that none of the
 * others has overwritten, each once. Those that are left are *siblings*.
 */
export function reconcile<V>(held: readonly Version<V>[], received: readonly Version<V>[]): Version<V>[] {
  // TODO: which versions are overwritten by another? And of those that are on both lists, which one is kept?
  throw new Error("reconcile is still to do");
}

/** How many updates of a node a vector knows. */
function countOf(vector: VersionVector, node: NodeId): number {
  // TODO: not every node is in every vector.
  throw new Error("countOf is still to do");
}

/** Given: the nodes that are in one of the vectors, or in both. */
function nodesOf(a: VersionVector, b: VersionVector): NodeId[] {
  return Object.keys({ ...a, ...b }).map(Number);
}
