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
  // <answer> TODO: a new dot. Which number does it get, and what becomes of the adds of this element that the replica has seen?
  // From the context, not from the adds: the number of an add that was removed must not be used again.
  const dot: Dot = { node, counter: (set.context[node] ?? 0) + 1 };
  // The new add says all that the old ones said; without them the set does not grow with every click.
  const others = set.adds.filter((one) => one.element !== element);
  return { context: { ...set.context, [node]: dot.counter }, adds: [...others, { element, dot }] };
  // </answer> throw new Error("add is still to do");
}

/** A replica after its client has removed an element: of the adds, those that it has seen. */
export function remove(set: ObservedRemoveSet, element: string): ObservedRemoveSet {
  // <answer> TODO: what goes, and what stays as it is?
  // The context stays: it is what tells everybody else that these adds are not new but gone.
  return { context: set.context, adds: set.adds.filter((one) => one.element !== element) };
  // </answer> throw new Error("remove is still to do");
}

/** What two replicas know together. */
export function merge(a: ObservedRemoveSet, b: ObservedRemoveSet): ObservedRemoveSet {
  // <answer> TODO: go through the adds of each. The other replica has the same one, or not: then has it removed it, or never heard of it?
  // By the contexts as they were: merged, each would seem to know everything.
  const mine = a.adds.filter((one) => holds(b, one.dot) || !knows(b, one.dot));
  const theirs = b.adds.filter((one) => !holds(a, one.dot) && !knows(a, one.dot));
  const context: Record<NodeId, number> = { ...a.context };
  for (const node of Object.keys(b.context).map(Number)) context[node] = Math.max(context[node] ?? 0, b.context[node] ?? 0);
  return { context, adds: [...mine, ...theirs] };
  // </answer> throw new Error("merge is still to do");
}

/** Whether the replica has this very add. */
function holds({ adds }: ObservedRemoveSet, { node, counter }: Dot): boolean {
  // <answer> TODO: by its dot, not by its element.
  // Two objects that say the same are not the same object.
  return adds.some(({ dot }) => dot.node === node && dot.counter === counter);
  // </answer> throw new Error("holds is still to do");
}

/** Whether the replica has ever heard of this add. */
function knows({ context }: ObservedRemoveSet, { node, counter }: Dot): boolean {
  // <answer> TODO: ask the context.
  // A count of 3 stands for updates 1, 2 and 3.
  return (context[node] ?? 0) >= counter;
  // </answer> throw new Error("knows is still to do");
}
