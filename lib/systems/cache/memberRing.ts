import { Ring } from "../../hashing/ring.js";
import type { NodeId } from "../../protocol.js";

/** What follows from who the members are. */
export interface MemberRing {
  /** The key's replicas: the first members from it on, clockwise, or all if there are fewer. */
  replicasOf(key: string): readonly NodeId[];
  /** With whom a member shares keys: some key has both as replicas. */
  neighboursOf(member: NodeId): readonly NodeId[];
}

/** Rings by members, each made once: nodes that know the same members use the same one. */
export function memberRings({ replicas, points }: { readonly replicas: number; readonly points: number }): (view: readonly NodeId[]) => MemberRing {
  const rings = new Map<string, MemberRing>();
  return (view) => {
    const name = view.join(",");
    let found = rings.get(name);
    if (!found) rings.set(name, (found = memberRing(view, replicas, points)));
    return found;
  };
}

function memberRing(view: readonly NodeId[], count: number, points: number): MemberRing {
  const ring = new Ring(view, { points });
  const known = new Map<string, readonly NodeId[]>();
  const neighbours = new Map<NodeId, readonly NodeId[]>();
  return {
    replicasOf(key) {
      let nodes = known.get(key);
      if (!nodes) known.set(key, (nodes = ring.replicas(key, count)));
      return nodes;
    },
    neighboursOf(member) {
      let nodes = neighbours.get(member);
      if (!nodes) neighbours.set(member, (nodes = sharers(ring, member, count)));
      return nodes;
    },
  };
}

function sharers(ring: Ring<NodeId>, member: NodeId, count: number): NodeId[] {
  const found = new Set<NodeId>();
  for (const { begin } of ring.arcs()) {
    const holders = ring.replicasOfHash(begin * CIRCLE, count);
    if (holders.includes(member)) for (const holder of holders) if (holder !== member) found.add(holder);
  }
  return [...found].sort((a, b) => a - b);
}

const CIRCLE = 4294967296;
