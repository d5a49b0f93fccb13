import { descendants, differingNodes, type HashedNode, leafOf, levelOf, type MerkleTree, merkleTree } from "../../gossip/antiEntropy/merkle.js";
import { compareTimestamps, type Timestamp } from "../../gossip/versions/lastWriterWins.js";
import { hashString } from "../../hashing/hashString.js";
import type { Context, NodeId } from "../../protocol.js";
import type { copies } from "./copies.js";
import type { MemberRing } from "./memberRing.js";
import type { Cache, CacheMessage, CacheRules, Copy, Entry, NodeState } from "./types.js";

/** Leaves of a tree: 2 to the power of this; and how many levels of it one message goes down. */
const DEPTH = 6;
const LEVELS = 3;

/**
 * How copies come to where they belong, in the background: replicas of the same keys compare Merkle trees of their versions;
 * whoever holds what it is no replica of any more, since members came or went, offers it to those that are, even after it has left
 * itself; and a newcomer asks its neighbours on the ring for its share at once, loaded entries included, so that it does not begin cold. None of
 * this evicts anything: what has no room stays away.
 */
export function handOver(rules: CacheRules, held: ReturnType<typeof copies>, ringOf: (state: NodeState) => MemberRing, ringWith: (state: NodeState, member: NodeId) => MemberRing, hottest: (state: NodeState) => string[]) {
  type Own = Context<Cache>;
  const shared = (state: NodeState, peer: NodeId, { self }: Own): Copy[] => held.written(state).filter(([key]) => [self, peer].every((node) => ringOf(state).replicasOf(key).includes(node)));
  const treeOf = (all: readonly Copy[]): MerkleTree => merkleTree(all.map(([key, { stamp }]) => [key, hashString(`${stamp.time} ${stamp.node}`)]), DEPTH);

  /** Once in a while, with one other member. */
  function exchange(state: NodeState, context: Own): void {
    context.setTimer("exchange", rules.interval * (0.75 + 0.5 * context.random()));
    held.collect(state);
    const isMember = state.view.includes(context.self);
    if (rules.warmUp && isMember) for (const node of coldTowards(state, context.self)) context.send(node, { type: "WarmUp" });
    // Who has left may know of nobody any more: it turns to those that stay.
    const others = (isMember ? state.view : Array.from({ length: rules.stay }, (_, node) => node)).filter((node) => node !== context.self);
    const peer = others[Math.floor(context.random() * others.length)];
    if (peer === undefined) return;
    if (!isMember) return offer(peer, held.written(state), context);
    if (rules.compares) context.send(peer, { type: "Compare", nodes: descendants(treeOf(shared(state, peer, context)), 1, 0) });
    const isSpareFor = (replicas: readonly NodeId[]) => replicas.includes(peer) && !replicas.includes(context.self);
    offer(peer, held.written(state).filter(([key]) => isSpareFor(ringOf(state).replicasOf(key))), context);
  }

  function offer(peer: NodeId, spare: readonly Copy[], context: Own): void {
    if (spare.length > 0) context.send(peer, { type: "Offer", held: spare.map(([key, { stamp }]) => [key, stamp]) });
  }

  /** Neighbours that have not given this node its share yet. Who has been warmed once knows of later changes by the exchanges. */
  const coldTowards = (state: NodeState, self: NodeId) => (state.warmedBy.length >= rules.replicas ? [] : ringOf(state).neighboursOf(self).filter((node) => !state.warmedBy.includes(node)));

  /** Goes on below where the trees differ; for leaves, copies are exchanged. */
  function onCompare(state: NodeState, peer: NodeId, nodes: readonly HashedNode[], context: Own): void {
    const all = shared(state, peer, context);
    const tree = treeOf(all);
    const differing = differingNodes(tree, nodes);
    const inner = differing.filter((node) => levelOf(node) < DEPTH);
    if (inner.length > 0) context.send(peer, { type: "Compare", nodes: inner.flatMap((node) => descendants(tree, node, LEVELS)) });
    const leaves = differing.filter((node) => levelOf(node) === DEPTH).map((node) => node - (1 << DEPTH));
    if (leaves.length > 0) context.send(peer, { type: "Copies", copies: within(all, leaves), leaves });
  }

  /** Takes what is new; where an exchange is meant, gives back what the other lacks. */
  function onCopies(state: NodeState, peer: NodeId, { copies: given, leaves }: Extract<CacheMessage, { type: "Copies" }>, context: Own): void {
    for (const [key, written] of given) held.keep(state, key, written, context, false);
    if (!leaves) return;
    const theirs = new Map(given);
    const lacking = within(shared(state, peer, context), leaves).filter(([key, { stamp }]) => !theirs.has(key) || compareTimestamps(theirs.get(key)!.stamp, stamp) < 0);
    if (lacking.length > 0) context.send(peer, { type: "Copies", copies: lacking });
  }

  function onOffer(state: NodeState, from: NodeId, offered: readonly (readonly [string, Timestamp])[], context: Own): void {
    const keys = offered.filter(([key, stamp]) => compareTimestamps(held.newest(state, key)?.stamp ?? NEVER, stamp) < 0).map(([key]) => key);
    if (keys.length > 0) context.send(from, { type: "Want", keys });
  }

  function onWant(state: NodeState, from: NodeId, keys: readonly string[], context: Own): void {
    const found = keys.flatMap((key) => (held.newest(state, key) ? [[key, held.newest(state, key)!] as const] : []));
    if (found.length > 0) context.send(from, { type: "Copies", copies: found });
  }

  /** Of what the newcomer is a replica of, what this node is the first other replica of: so that it is sent once. What is used most recently goes first. */
  function onWarmUp(state: NodeState, newcomer: NodeId, context: Own): void {
    const ring = ringWith(state, newcomer);
    const isHis = (key: string) => {
      const replicas = ring.replicasOf(key);
      return replicas.includes(newcomer) && replicas.find((node) => node !== newcomer) === context.self;
    };
    held.collect(state);
    const entries = hottest(state).filter((key) => state.entries[key] && isHis(key)).map((key): readonly [string, Entry] => [key, state.entries[key]!]);
    context.send(newcomer, { type: "Warm", entries: [...Object.entries(state.tombstones).filter(([key]) => isHis(key)), ...entries] });
  }

  function onWarm(state: NodeState, from: NodeId, entries: readonly (readonly [string, Entry])[], context: Own): void {
    if (!state.warmedBy.includes(from)) state.warmedBy.push(from);
    for (const [key, entry] of entries) {
      if (entry.kind === "written") held.keep(state, key, entry, context, false);
      else held.keepLoaded(state, key, entry, context, false);
    }
  }

  return { exchange, onCompare, onCopies, onOffer, onWant, onWarmUp, onWarm };
}

const NEVER: Timestamp = { time: -Infinity, node: -1 };
const within = (copies: readonly Copy[], leaves: readonly number[]) => copies.filter(([key]) => leaves.includes(leafOf(key, DEPTH)));
