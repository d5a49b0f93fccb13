import type { Dot, NodeId, VersionVector } from "leaderlab";

/** An element, and the update that added it. */
export interface Added {
  readonly element: string;
  readonly dot: Dot;
}

/** A replica of the set. */
export interface ObservedRemoveSet {
  /** How many updates of each node are known; a node that is missing has 0. */
  readonly context: VersionVector;
  /** The adds that are in force, in any order. What is known and not here has been removed. */
  readonly adds: readonly Added[];
}

/** Given: a set to which nothing was ever added. */
export const EMPTY: ObservedRemoveSet = { context: {}, adds: [] };

/** Given: its elements, each once. */
export function elements({ adds }: ObservedRemoveSet): string[] {
  return [...new Set(adds.map(({ element }) => element))];
}

/** The replica of `node` after its client has added an element. */
export function add(set: ObservedRemoveSet, node: NodeId, element: string): ObservedRemoveSet {
  // TODO: a new dot. Which number does it get, and what becomes of the adds of this element that the replica has seen?
  throw new Error("add is still to do");
}

/** A replica after its client has removed an element: of the adds, those that it has seen. */
export function remove(set: ObservedRemoveSet, element: string): ObservedRemoveSet {
  // TODO: what goes, and what stays as it is?
  throw new Error("remove is still to do");
}

/** What two replicas know together. */
export function merge(a: ObservedRemoveSet, b: ObservedRemoveSet): ObservedRemoveSet {
  // TODO: go through the adds of each. The other replica has the same one, or not: then has it removed it, or never heard of it?
  throw new Error("merge is still to do");
}

/** Whether the replica has this very add. */
function holds({ adds }: ObservedRemoveSet, { node, counter }: Dot): boolean {
  // TODO: by its dot, not by its element.
  throw new Error("holds is still to do");
}

/** Whether the replica has ever heard of this add. */
function knows({ context }: ObservedRemoveSet, { node, counter }: Dot): boolean {
  // TODO: ask the context.
  throw new Error("knows is still to do");
}
