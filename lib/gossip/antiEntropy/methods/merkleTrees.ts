import { hashString } from "../../../hashing/hashString.js";
import { descendants, differingNodes, levelOf, type MerkleTree, merkleTree } from "../merkle.js";
import type { Method, Replica, Store } from "../types.js";
import { digests } from "./digests.js";

/**
 * Merkle trees: two nodes compare hashes from the root down, `levels` levels of the tree a message, and only below those
 * that differ; of the keys in the leaves where they differ they send digests, then cells (DeCandia et al., Dynamo, 2007,
 * §4.7). Where nothing differs, one hash is sent and not answered.
 */
export function merkleTrees<Cell, Change, Digest>(replica: Replica<Cell, Change, Digest>, { depth, levels }: MerkleOptions): Method<Cell, Change, Digest> {
  const { kind } = replica;
  const byDigests = digests(replica);
  // Neither a cell nor a store is ever changed in place: what has been hashed once need not be hashed again.
  const hashes = new WeakMap<object, number>();
  const trees = new WeakMap<Store<Cell>, MerkleTree>();

  function hashOf(cell: Cell & object): number {
    let hash = hashes.get(cell);
    if (hash === undefined) hashes.set(cell, (hash = hashString(JSON.stringify(kind.digest(cell)))));
    return hash;
  }

  function treeOf(store: Store<Cell>): MerkleTree {
    let tree = trees.get(store);
    if (!tree) trees.set(store, (tree = merkleTree(Object.entries(store).map(([key, cell]) => [key, hashOf(cell as Cell & object)] as const), depth)));
    return tree;
  }

  return {
    begin: ({ store }, to, context) => context.send(to, { type: "Hashes", nodes: descendants(treeOf(store), 1, 0) }),
    onMessage(state, from, message, context) {
      if (message.type === "Digests") return byDigests.answer(state, from, message, message.leaves ? { leaves: message.leaves, depth } : undefined, context);
      if (message.type !== "Hashes") return byDigests.onMessage(state, from, message, context);
      const tree = treeOf(state.store);
      const differing = differingNodes(tree, message.nodes);
      if (differing.length === 0) return;
      // All nodes of a message are of one level.
      if (levelOf(differing[0]!) === depth) byDigests.send(state, from, { leaves: differing.map((node) => node - (1 << depth)), depth }, context);
      else context.send(from, { type: "Hashes", nodes: differing.flatMap((node) => descendants(tree, node, levels)) });
    },
  };
}

export interface MerkleOptions {
  /** Levels of the tree below its root: it has 2^depth leaves. */
  readonly depth: number;
  /** How many levels are compared with one message, after the root. */
  readonly levels: number;
}
