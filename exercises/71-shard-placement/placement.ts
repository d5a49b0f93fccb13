import type { NodeId } from "leaderlab";

/** Where shards lie: by shard, the nodes that hold a copy of it, its leader first. A shard that lies nowhere yet has an empty list. */
export type Placement = readonly (readonly NodeId[])[];

/**
 * Where shards are to lie now that these nodes are there: `copies` of each on nodes of their own, or on all nodes if there are fewer. What
 * `previous` has on nodes that are still there is kept as far as it can be. The arguments stay as they are.
 */
export function place(previous: Placement, nodes: readonly NodeId[], copies: number): NodeId[][] {
  // What is left; from here on `shards` is changed in place.
  const shards = previous.map((shard) => shard.filter((node) => nodes.includes(node)));
  fillUp(shards, nodes, copies);
  level(shards, nodes, previous);
  chooseLeaders(shards, nodes, previous);
  return shards;
}

/** Given: how many of the shards a node holds. */
function held(shards: Placement, node: NodeId): number {
  return shards.filter((shard) => shard.includes(node)).length;
}

/** Gives every shard as many copies as it should have. */
function fillUp(shards: NodeId[][], nodes: readonly NodeId[], copies: number): void {
  // TODO: which node takes the next copy, and which cannot?
  throw new Error("fillUp is still to do");
}

/** Moves copies until no node holds more than one more than another. */
function level(shards: NodeId[][], nodes: readonly NodeId[], previous: Placement): void {
  // TODO: from whom to whom does the next copy go? Which copy: is there one that costs nothing to move? When is it done?
  throw new Error("level is still to do");
}

/** Puts a leader first in each list: the one that was, if it can be, so that no node leads many more than its share. */
function chooseLeaders(shards: NodeId[][], nodes: readonly NodeId[], previous: Placement): void {
  // TODO: who stays, who follows those who are gone, and who hands over because he leads too many?
  throw new Error("chooseLeaders is still to do");
}
