import { hashInteger } from "../../lib/hashing/hashString.js";
import { deriveRandom } from "../../lib/random.js";

/** Two trees of one depth, as data: what lies in the leaves that are not empty, on both sides, and the leaves that differ with what lies there on the other side; 0: nothing. */
export interface Trees {
  readonly depth: number;
  readonly leaves: readonly (readonly [leaf: number, digest: number])[];
  readonly others: readonly (readonly [leaf: number, digest: number])[];
}

export const combine = (left: number, right: number): number => hashInteger(left, right);

/** The hashes of a tree, of which most leaves may be empty. Nothing is made for empty parts. */
export function hashesOf(depth: number, leaves: ReadonlyMap<number, number>): (node: number) => number {
  const empty: number[] = [0];
  for (let height = 1; height <= depth; height++) empty.push(combine(empty[height - 1]!, empty[height - 1]!));
  const known = new Map<number, number>();
  const first = 1 << depth;
  let level = new Set<number>();
  for (const [leaf, digest] of leaves) {
    known.set(first + leaf, digest);
    level.add(first + leaf);
  }
  const get = (node: number): number => known.get(node) ?? empty[depth - levelOf(node)]!;
  for (let height = 1; height <= depth; height++) {
    level = new Set([...level].map((node) => Math.floor(node / 2)));
    for (const node of level) known.set(node, combine(get(2 * node), get(2 * node + 1)));
  }
  return get;
}

const levelOf = (node: number): number => 31 - Math.clz32(node);

/** Both sides' hashes. */
export function sidesOf({ depth, leaves, others }: Trees): { readonly mine: (node: number) => number; readonly theirs: (node: number) => number } {
  return { mine: hashesOf(depth, new Map(leaves)), theirs: hashesOf(depth, new Map([...leaves, ...others])) };
}

/** The inner nodes that differ: all that lies above a leaf that does. */
export function innerOf({ depth, others }: Trees): number[] {
  const inner = new Set<number>();
  for (const [leaf] of others) for (let node = ((1 << depth) + leaf) >> 1; node >= 1; node >>= 1) inner.add(node);
  return [...inner];
}

/** Trees with something in every leaf, that differ in these. */
export function full(depth: number, differing: readonly number[]): Trees {
  const leaves = Array.from({ length: 1 << depth }, (_, leaf) => [leaf, 1000 + leaf] as const);
  return { depth, leaves, others: differing.map((leaf) => [leaf, 5000 + leaf]) };
}

/** Trees with little in them that differ in so many leaves; in a third of those one of the two has nothing. */
export function sparse(depth: number, differing: number, seed: number): Trees {
  const random = deriveRandom(seed, differing);
  const some = (): number => Math.floor((1 << depth) * random());
  const digest = (): number => 1 + Math.floor(4294967295 * random());
  const leaves = new Map(Array.from({ length: 60 }, () => [some(), digest()]));
  const others = new Map<number, number>();
  while (others.size < differing) {
    // Neighbours often: an update rarely comes alone.
    const near = [...others.keys()].at(-1);
    const leaf = near !== undefined && random() < 0.3 ? near ^ 1 : some();
    if (random() < 0.67) leaves.set(leaf, digest());
    others.set(leaf, leaves.has(leaf) && random() < 0.5 ? 0 : digest());
  }
  return { depth, leaves: [...leaves], others: [...others] };
}
