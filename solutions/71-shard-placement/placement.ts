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
  // <answer> TODO: which node takes the next copy, and which cannot?
  for (const shard of shards) {
    while (shard.length < Math.min(copies, nodes.length)) {
      // Two copies on one node would be lost together.
      const able = nodes.filter((node) => !shard.includes(node));
      shard.push(able.reduce((least, node) => (held(shards, node) < held(shards, least) ? node : least)));
    }
  }
  // </answer> throw new Error("fillUp is still to do");
}

/** Moves copies until no node holds more than one more than another. */
function level(shards: NodeId[][], nodes: readonly NodeId[], previous: Placement): void {
  // <answer> TODO: from whom to whom does the next copy go? Which copy: is there one that costs nothing to move? When is it done?
  for (;;) {
    const byLoad = [...nodes].sort((one, other) => held(shards, one) - held(shards, other));
    const [least, most] = [byLoad[0]!, byLoad.at(-1)!];
    if (held(shards, most) - held(shards, least) <= 1) return;
    // Who holds more holds one that the other does not.
    const movable = shards.flatMap((shard, index) => (shard.includes(most) && !shard.includes(least) ? [index] : []));
    // A copy that has yet to be made may as well be made elsewhere; and a leader should stay where it is.
    const cost = (index: number): number => (!previous[index]!.includes(most) ? 0 : previous[index]![0] !== most ? 1 : 2);
    const chosen = movable.reduce((cheapest, index) => (cost(index) < cost(cheapest) ? index : cheapest));
    shards[chosen]![shards[chosen]!.indexOf(most)] = least;
  }
  // </answer> throw new Error("level is still to do");
}

/** Puts a leader first in each list: the one that was, if it can be, so that no node leads many more than its share. */
function chooseLeaders(shards: NodeId[][], nodes: readonly NodeId[], previous: Placement): void {
  // <answer> TODO: who stays, who follows those who are gone, and who hands over because he leads too many?
  const most = Math.ceil(shards.length / nodes.length) + 1;
  const leaders = shards.map((shard, index) => shard.find((node) => node === previous[index]![0]));
  const led = (node: NodeId): number => leaders.filter((leader) => leader === node).length;
  const leastLed = (shard: readonly NodeId[]): NodeId => shard.reduce((least, node) => (led(node) < led(least) ? node : least));
  for (const [index, shard] of shards.entries()) leaders[index] ??= leastLed(shard);
  for (;;) {
    const burdened = shards.filter((shard, index) => led(leaders[index]!) > most && led(leastLed(shard)) < most);
    if (burdened.length === 0) break;
    // Of all that can be handed over, the one that goes to whoever leads fewest: that leaves room for the next.
    const chosen = burdened.reduce((best, shard) => (led(leastLed(shard)) < led(leastLed(best)) ? shard : best));
    leaders[shards.indexOf(chosen)] = leastLed(chosen);
  }
  for (const [index, shard] of shards.entries()) shard.sort((one, other) => Number(other === leaders[index]) - Number(one === leaders[index]));
  // </answer> throw new Error("chooseLeaders is still to do");
}
