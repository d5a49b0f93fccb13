/**
 * This side's Merkle tree. Node 1 is the root, the children of node i are 2i and 2i + 1, and leaf l, counted from 0, is node
 * 2^depth + l. With depth 0 the root is the only leaf.
 */
export interface MerkleTree {
  /** How many levels there are below the root. At most 20. */
  readonly depth: number;
  /** The hash of one of its nodes. */
  hash(node: number): number;
  /** How the hash of an inner node is made of its children's. Where hashes are equal, all that lies below is. */
  combine(left: number, right: number): number;
}

/** Asks the other side for the hashes of some nodes of its tree, in this order: one message there, one back. */
export type Ask = (nodes: readonly number[]) => number[];

/** The leaves in which the two trees differ, counted from 0, each once, in any order. */
export function difference(mine: MerkleTree, ask: Ask): number[] {
  // <answer> TODO: compare the roots; then go down, level by level, where the two sides differ and nowhere else.
  let differing = differ(mine, ask, [1]);
  for (let level = 0; level < mine.depth; level++) {
    const left = differ(mine, ask, differing.map((node) => 2 * node));
    const inLeft = new Set(left);
    // Where the left child is equal the right one is not, or its parent would be equal, too: nobody need be asked.
    const [open, certain] = [differing.filter((node) => inLeft.has(2 * node)), differing.filter((node) => !inLeft.has(2 * node))];
    const right = differ(mine, ask, open.map((node) => 2 * node + 1));
    differing = [...left, ...right, ...certain.map((node) => 2 * node + 1)];
  }
  return differing.map((node) => node - leaves(mine));
  // </answer> throw new Error("difference is still to do");
}

/** Which of these nodes have another hash on the other side. Asks for all of them at once. */
function differ(mine: MerkleTree, ask: Ask, nodes: readonly number[]): number[] {
  // <answer> TODO: a proposal. What if there are no nodes to ask for?
  if (nodes.length === 0) return [];
  const theirs = ask(nodes);
  return nodes.filter((node, index) => mine.hash(node) !== theirs[index]);
  // </answer> throw new Error("differ is still to do");
}

/** Given: how many leaves a tree has. Bits are shifted quickly, but only up to 2^30. */
const leaves = ({ depth }: MerkleTree): number => 1 << depth;
