import { hashString } from "../../hashing/hashString.js";
import { Rendezvous } from "../../hashing/rendezvous.js";
import type { NodeId } from "../../protocol.js";

/** The shard of a key, of so many: its hash's remainder. Shards are fixed slots; what moves between nodes is a shard as a whole. */
export const shardOf = (key: string, shards: number): number => hashString(key) % shards;

/**
 * Places groups on nodes evenly: by shard, the `replicas` nodes of its group, first the one that should lead. No node has
 * two members more than another; nodes share as few groups with each other as may be, so that two that fail together take a
 * majority from few; leaders are spread as evenly as the members allow. What is equally good is drawn by rendezvous hashing
 * (Thaler and Ravishankar 1998). Throws a `RangeError` if there are fewer nodes than replicas.
 */
export function placeEvenly(nodes: readonly NodeId[], shards: number, replicas: number): readonly (readonly NodeId[])[] {
  checkPlaces(nodes.length, shards, replicas);
  const rendezvous = new Rendezvous(nodes);
  const size = nodes.length;
  const place = new Map(nodes.map((node, i) => [node, i]));
  /** How many groups two nodes share, by place. */
  const shared = new Int32Array(size * size);
  /** In how many more groups a node is to be, by place. */
  const needs = nodes.map((_, i) => Math.floor((shards * replicas) / size) + (i < (shards * replicas) % size ? 1 : 0));
  const groups = Array.from({ length: shards }, (_, shard) => {
    let order = rendezvous.replicas(nameOf(shard), size).map((node) => place.get(node)!).filter((node) => needs[node]! > 0);
    const group: number[] = [];
    const cost = new Int32Array(size);
    const take = (next: number) => {
      order = order.filter((node) => node !== next);
      for (const node of order) cost[node]! += shared[size * next + node]!;
      group.push(next);
    };
    // Whoever needs a place in all groups that are left gets one in this.
    for (const node of order) if (needs[node]! >= shards - shard) take(node);
    while (group.length < replicas) take(order.reduce((best, one) => (cost[one]! < cost[best]! || (cost[one] === cost[best] && needs[one]! > needs[best]!) ? one : best)));
    for (const one of group) {
      needs[one]!--;
      for (const other of group) shared[size * one + other]!++;
    }
    return group.map((node) => nodes[node]!);
  });
  return spreadLeaders(groups);
}

/**
 * The same groups, each with its first member chosen anew so that no node comes first in two groups more than another that
 * could take its place: leaders are handed on, group by group, from whoever has most to whoever has least.
 */
export function spreadLeaders(groups: readonly (readonly NodeId[])[]): readonly (readonly NodeId[])[] {
  const leader = groups.map(([first]) => first!);
  const leads = new Map<NodeId, number>();
  for (const node of leader) leads.set(node, (leads.get(node) ?? 0) + 1);
  const led = (node: NodeId) => leads.get(node) ?? 0;
  const nodes = [...new Set(groups.flat())];
  const handOn = (from: NodeId): boolean => {
    if (nodes.every((node) => led(node) >= led(from) - 1)) return false;
    const [most, seen] = [led(from), new Map<NodeId, { readonly shard: number; readonly node: NodeId } | null>([[from, null]])];
    for (const node of seen.keys()) {
      if (led(node) <= most - 2) {
        for (let step = seen.get(node), to = node; step; to = step.node, step = seen.get(step.node)) leader[step.shard] = to;
        leads.set(from, most - 1).set(node, led(node) + 1);
        return true;
      }
      groups.forEach((members, shard) => leader[shard] === node && members.forEach((next) => !seen.has(next) && seen.set(next, { shard, node })));
    }
    return false;
  };
  while (nodes.some(handOn));
  return groups.map((members, shard) => [leader[shard]!, ...members.filter((node) => node !== leader[shard])]);
}

/**
 * Places groups on nodes so that few move when a node comes or goes: by shard, the first `replicas` nodes in the order of
 * rendezvous hashing, or all if there are fewer. A node that goes leaves its places to others, and nothing else moves.
 */
export function placeByRendezvous(nodes: readonly NodeId[], shards: number, replicas: number): readonly (readonly NodeId[])[] {
  const rendezvous = new Rendezvous(nodes);
  return Array.from({ length: shards }, (_, shard) => rendezvous.replicas(nameOf(shard), replicas));
}

const nameOf = (shard: number) => `shard ${shard}`;

/** Throws a `RangeError` unless so many groups of so many replicas can be placed on so many nodes. */
export function checkPlaces(nodes: number, shards: number, replicas: number): void {
  if (!(Number.isInteger(shards) && shards >= 1)) throw new RangeError(`shards: expected an integer from 1, not ${shards}`);
  if (!(Number.isInteger(replicas) && replicas >= 1 && replicas <= nodes)) throw new RangeError(`replicas: expected an integer from 1 to the ${nodes} nodes, not ${replicas}`);
}
