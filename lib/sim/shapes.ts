import type { NodeId } from "../protocol.js";

/** A link that is cut in one direction. */
export type Cut = readonly [from: NodeId, to: NodeId];

/** Cuts the links between nodes of different groups and no others; nodes that are in no group form one more. */
export function betweenGroups(size: number, groups: readonly (readonly NodeId[])[]): Cut[] {
  const groupOf = Array.from({ length: size }, (_, node) => groups.findIndex((group) => group.includes(node)));
  return cutsWhere(size, (a, b) => groupOf[a] !== groupOf[b]);
}

/** Leaves each node its two neighbours on a ring, in the order of their ids. */
export function ringOf(size: number): Cut[] {
  return cutsWhere(size, (a, b) => (a - b + size) % size !== 1 && (b - a + size) % size !== 1);
}

/** Two halves that only `bridge` can reach, which reaches both: nobody sees the same cluster. */
export function bridgeOver(size: number, bridge: NodeId): Cut[] {
  const others = Array.from({ length: size }, (_, node) => node).filter((node) => node !== bridge);
  const left = new Set(others.slice(0, others.length >> 1));
  return cutsWhere(size, (a, b) => a !== bridge && b !== bridge && left.has(a) !== left.has(b));
}

function cutsWhere(size: number, isCut: (from: NodeId, to: NodeId) => boolean): Cut[] {
  const cuts: Cut[] = [];
  for (let from = 0; from < size; from++) for (let to = 0; to < size; to++) if (from !== to && isCut(from, to)) cuts.push([from, to]);
  return cuts;
}
