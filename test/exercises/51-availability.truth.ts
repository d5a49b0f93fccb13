/** As in the exercise. */
export type Quorum = readonly number[];
export interface System {
  readonly reads: readonly Quorum[];
  readonly writes: readonly Quorum[];
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/**
 * The probability that a quorum is up, by asking for one node after the other: if it is up, quorums need it no longer; if it is
 * not, those that need it are out.
 */
export function availabilityOf(quorums: readonly Quorum[], chances: readonly number[], node = 0): number {
  if (quorums.some((quorum) => quorum.length === 0)) return 1;
  if (quorums.length === 0) return 0;
  const without = quorums.filter((quorum) => !quorum.includes(node));
  const up = quorums.map((quorum) => quorum.filter((one) => one !== node));
  return chances[node]! * availabilityOf(up, chances, node + 1) + (1 - chances[node]!) * availabilityOf(without, chances, node + 1);
}

/** All sets of so many of the nodes from `first` to `nodes` − 1. */
export function groups(nodes: number, size: number, first = 0): Quorum[] {
  if (size === 0) return [[]];
  return range(nodes).filter((node) => node >= first).flatMap((node) => groups(nodes, size - 1, node + 1).map((rest) => [node, ...rest]));
}

export const majorities = (nodes: number): Quorum[] => groups(nodes, Math.floor(nodes / 2) + 1);

/** All ways to take one element of each list. */
const oneOfEach = (lists: readonly Quorum[]): Quorum[] => lists.reduce<Quorum[]>((taken, list) => taken.flatMap((some) => list.map((one) => [...some, one])), [[]]);

/** Nodes in columns: a read needs one of each column, a write a whole column beside that (Cheung, Ammar and Ahamad, 1992). */
export function grid(rows: number, columns: number): System {
  const all = range(columns).map((column) => range(rows).map((row) => row * columns + column));
  return { reads: oneOfEach(all), writes: all.flatMap((whole, column) => oneOfEach(all.filter((_, other) => other !== column)).map((others) => [...whole, ...others])) };
}

/** The least sets that have enough votes: those that contain no smaller one which has enough, too. */
export function leastByVotes(votes: readonly number[], needed: number): Quorum[] {
  const enough = range(votes.length + 1).flatMap((size) => groups(votes.length, size)).filter((set) => set.reduce((sum, node) => sum + votes[node]!, 0) >= needed);
  return enough.filter((set) => !enough.some((other) => other.length < set.length && other.every((node) => set.includes(node))));
}

/** Two quorums that miss each other, and which two kinds they are; undefined if the system is consistent. */
export function missing({ reads, writes }: System): { readonly kind: "read" | "write"; readonly one: Quorum; readonly write: Quorum } | undefined {
  for (const kind of ["read", "write"] as const) {
    for (const one of kind === "read" ? reads : writes) {
      const write = writes.find((other) => new Set([...one, ...other]).size === one.length + other.length);
      if (write !== undefined) return { kind, one, write };
    }
  }
  return undefined;
}

/** The share of operations that succeed. */
export const served = ({ reads, writes }: System, chances: readonly number[], readShare: number): number => readShare * availabilityOf(reads, chances) + (1 - readShare) * availabilityOf(writes, chances);
