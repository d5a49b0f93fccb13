import { type HashedNode, type MerkleTree, descendants, differingNodes, leafOf, levelOf, merkleTree } from "../../gossip/antiEntropy/merkle.js";
import { hashString } from "../../hashing/hashString.js";
import type { Context, NodeId } from "../../protocol.js";
import { equal, type replica } from "./replica.js";
import type { QuorumStore, StoreMessage, StoreState } from "./types.js";

/** Leaves of a tree: 2 to the power of this. */
const DEPTH = 6;
/** How many levels of a tree one message goes down. */
const LEVELS = 3;

/**
 * Replicas compare what they hold, in the background, so that what a write, a hint and read repair have all missed comes
 * about in the end (DeCandia and others 2007, §4.7): a Merkle tree of the keys that two nodes share, from the root down to
 * the leaves that differ, and then the copies there.
 */
export function exchange<Held>(copies: ReturnType<typeof replica<Held>>, sharedWith: (key: string, self: NodeId, peer: NodeId, size: number) => boolean) {
  type State = StoreState<Held>;
  type NodeContext = Context<QuorumStore<Held>>;
  type Copies = Extract<StoreMessage<Held>, { type: "Copies" }>;

  const shared = (state: State, peer: NodeId, { self, size, now }: NodeContext) => copies.told(state, now).filter(([key]) => sharedWith(key, self, peer, size));
  const treeOf = (state: State, peer: NodeId, context: NodeContext): MerkleTree => merkleTree(shared(state, peer, context).map(([key, held]) => [key, hashString(JSON.stringify(held))]), DEPTH);

  /** Begins with the root. */
  function begin(state: State, peer: NodeId, context: NodeContext): void {
    context.send(peer, { type: "Compare", nodes: descendants(treeOf(state, peer, context), 1, 0) });
  }

  /** Goes on below where the trees differ; for leaves, copies are exchanged. */
  function onCompare(state: State, peer: NodeId, nodes: readonly HashedNode[], context: NodeContext): void {
    const tree = treeOf(state, peer, context);
    const differing = differingNodes(tree, nodes);
    const inner = differing.filter((node) => levelOf(node) < DEPTH);
    if (inner.length > 0) context.send(peer, { type: "Compare", nodes: inner.flatMap((node) => descendants(tree, node, LEVELS)) });
    const leaves = differing.filter((node) => levelOf(node) === DEPTH).map((node) => node - (1 << DEPTH));
    if (leaves.length > 0) context.send(peer, { type: "Copies", copies: within(shared(state, peer, context), leaves), leaves });
  }

  /** Takes what is new; where an exchange is meant, gives back what the other lacks. */
  function onCopies(state: State, peer: NodeId, { copies: given, leaves }: Copies, context: NodeContext): void {
    for (const [key, held] of given) copies.keep(state, context.self, key, held, context);
    if (!leaves) return;
    const theirs = new Map(given);
    const lacking = within(shared(state, peer, context), leaves).filter(([key, held]) => !equal(held, theirs.get(key)));
    if (lacking.length > 0) context.send(peer, { type: "Copies", copies: lacking });
  }

  return { begin, onCompare, onCopies };
}

const within = <Held>(entries: readonly [string, Held][], leaves: readonly number[]) => entries.filter(([key]) => leaves.includes(leafOf(key, DEPTH)));
