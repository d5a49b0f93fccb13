import { hashInteger, hashString } from "../../hashing/hashString.js";

/**
 * A binary tree of hashes over a map, whose keys lie in 2^depth leaves (Merkle 1987). In `hashes` the root is 1, the
 * children of i are 2i and 2i + 1, and leaf l is 2^depth + l; place 0 is unused. A leaf's hash is made of its keys'
 * digests in whatever order they come, and is 0 where there are none; an inner hash of its children's. Where 32 bits
 * agree two subtrees are taken for equal: about one difference in four thousand million goes unseen until its leaf changes again.
 */
export interface MerkleTree {
  readonly depth: number;
  readonly hashes: readonly number[];
}

/** The tree of a map, given as a 32-bit digest of what is under each key. `depth` is a whole number from 0 to 24. */
export function merkleTree(digests: Iterable<readonly [key: string, digest: number]>, depth: number): MerkleTree {
  if (!(Number.isInteger(depth) && depth >= 0 && depth <= 24)) throw new RangeError(`expected a depth from 0 to 24, not ${depth}`);
  const leaves = 1 << depth;
  const hashes: number[] = new Array<number>(2 * leaves).fill(0);
  for (const [key, digest] of digests) {
    const leaf = leaves + leafOf(key, depth);
    hashes[leaf] = (hashes[leaf]! ^ hashInteger(digest, hashString(key))) >>> 0;
  }
  for (let node = leaves - 1; node >= 1; node--) hashes[node] = hashInteger(hashes[2 * node]!, hashes[2 * node + 1]!);
  return { depth, hashes };
}

/** In which leaf of a tree of this depth a key lies, from 0: the first bits of its hash. */
export const leafOf = (key: string, depth: number): number => (depth === 0 ? 0 : hashString(key) >>> (32 - depth));

/**
 * The leaves in which two trees of one depth differ, in order: subtrees with equal hashes are not looked into. Throws a
 * `RangeError` for trees of different depths.
 */
export function merkleDifference(mine: MerkleTree, theirs: MerkleTree): number[] {
  if (mine.depth !== theirs.depth) throw new RangeError(`trees of depth ${mine.depth} and ${theirs.depth} have no leaves in common`);
  let nodes = [1];
  for (let level = 0; ; level++) {
    nodes = nodes.filter((node) => mine.hashes[node] !== theirs.hashes[node]);
    if (level === mine.depth) return nodes.map((node) => node - (1 << level));
    nodes = nodes.flatMap((node) => [2 * node, 2 * node + 1]);
  }
}

/** A node of a tree, and its hash: what is sent of a tree. */
export type HashedNode = readonly [node: number, hash: number];

/** Which of these nodes of another's tree have another hash here: the same comparison over a network, one level or several at a time. */
export function differingNodes({ hashes }: MerkleTree, theirs: readonly HashedNode[]): number[] {
  return theirs.filter(([node, hash]) => hashes[node] !== hash).map(([node]) => node);
}

/** The nodes so many levels below a node, or its leaves where the tree ends sooner, with their hashes. */
export function descendants({ depth, hashes }: MerkleTree, node: number, levels: number): HashedNode[] {
  const down = Math.min(levels, depth - levelOf(node));
  return Array.from({ length: 1 << down }, (_, i) => (node << down) + i).map((below) => [below, hashes[below]!]);
}

/** How far below the root a node lies. */
export const levelOf = (node: number): number => 31 - Math.clz32(node);
