import type { NodeId } from "../../protocol.js";

/** Whose locks a node needs to lead, as a function of its id and the number of nodes. The node's own may be among them. */
export type LockSets = (node: NodeId, size: number) => readonly NodeId[];

const all = (size: number): NodeId[] => Array.from({ length: size }, (_, node) => node);

/** Everybody is everybody's neighbour: a node needs the locks of all, its own included. */
export const completeGraph: LockSets = (_node, size) => all(size);

/** Neighbours are the ones before and after a node on a ring: it needs their locks and its own. */
export const ringGraph: LockSets = (node, size) => [...new Set([node, (node + 1) % size, (node + size - 1) % size])].sort((a, b) => a - b);

/** The same neighbours, without the node's own lock: the survey speaks of the locks of others alone. */
export const withoutOwn =
  (sets: LockSets): LockSets =>
  (node, size) =>
    sets(node, size).filter((other) => other !== node);

/**
 * Maekawa's quorums, as a grid: nodes stand in rows of ⌈√n⌉, and a node needs the locks of its row and of its column
 * (Maekawa, A √N Algorithm for Mutual Exclusion in Decentralized Systems, ACM TOCS 3(2), 1985; its smallest sets are
 * finite projective planes, and the grid is the textbooks' simple form, with sets up to twice as large and for every n).
 * Any two have a node in common, also where the last row is not full: of the two places where one's row meets the
 * other's column, at least one is taken.
 */
export const gridQuorums: LockSets = (node, size) => {
  const width = Math.ceil(Math.sqrt(size));
  const [row, column] = [Math.floor(node / width), node % width];
  return all(size).filter((other) => Math.floor(other / width) === row || other % width === column);
};

/** Whether any two nodes' sets have a node in common: then no two can hold all they need. */
export function intersectPairwise(sets: LockSets, size: number): boolean {
  return all(size).every((a) => all(size).every((b) => sets(a, size).some((node) => sets(b, size).includes(node))));
}
