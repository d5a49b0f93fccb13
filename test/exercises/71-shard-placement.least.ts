/** As in the exercise. */
export type Placement = readonly (readonly number[])[];

/** Copies that lie where their shard had none before. */
export const movesBetween = (previous: Placement, next: Placement): number => next.reduce((sum, shard, index) => sum + shard.filter((node) => !previous[index]!.includes(node)).length, 0);

/** How many copies each of the nodes holds in the end: so many, or one more, and how many of them have one more. */
export function shares(previous: Placement, nodes: readonly number[], copies: number): { readonly wanted: number; readonly low: number; readonly higher: number } {
  const wanted = Math.min(copies, nodes.length);
  const low = Math.floor((previous.length * wanted) / nodes.length);
  return { wanted, low, higher: previous.length * wanted - low * nodes.length };
}

/** Fewer moves than this are impossible: each node can keep no more than its share. Mostly it can be reached. */
export function lowerBound(previous: Placement, nodes: readonly number[], copies: number): number {
  const { wanted, low, higher } = shares(previous, nodes, copies);
  const held = nodes.map((node) => previous.filter((shard) => shard.includes(node)).length).sort((one, other) => other - one);
  return previous.length * wanted - held.reduce((kept, count, place) => kept + Math.min(count, place < higher ? low + 1 : low), 0);
}

interface Edge {
  readonly to: number;
  room: number;
  readonly cost: number;
}

/**
 * The least number of moves after which all copies are apart and level, exactly: a flow of least cost from shards to nodes, in which
 * a copy that stays is free and one that moves costs 1. Each node takes its lower share, and a few of them one more.
 */
export function leastMoves(previous: Placement, nodes: readonly number[], copies: number): number {
  const { wanted, low, higher } = shares(previous, nodes, copies);
  const [source, extra, sink] = [0, previous.length + nodes.length + 1, previous.length + nodes.length + 2];
  const edges: Edge[] = [];
  const from: number[][] = Array.from({ length: sink + 1 }, () => []);
  const connect = (one: number, other: number, room: number, cost: number): void => {
    from[one]!.push(edges.push({ to: other, room, cost }) - 1);
    from[other]!.push(edges.push({ to: one, room: 0, cost: -cost }) - 1);
  };
  previous.forEach((shard, index) => {
    connect(source, 1 + index, wanted, 0);
    nodes.forEach((node, place) => connect(1 + index, 1 + previous.length + place, 1, shard.includes(node) ? 0 : 1));
  });
  nodes.forEach((_, place) => {
    connect(1 + previous.length + place, sink, low, 0);
    connect(1 + previous.length + place, extra, 1, 0);
  });
  connect(extra, sink, higher, 0);
  let moves = 0;
  for (let unit = 0; unit < previous.length * wanted; unit++) moves += cheapestWay(edges, from, source, sink);
  return moves;
}

/** Sends one unit along the cheapest way that has room (Bellman and Ford, with a queue), and returns its cost. */
function cheapestWay(edges: readonly Edge[], from: readonly (readonly number[])[], source: number, sink: number): number {
  const cost = from.map(() => Infinity);
  const by = from.map(() => -1);
  cost[source] = 0;
  let queue = [source];
  while (queue.length > 0) {
    const next = new Set<number>();
    for (const place of queue) {
      for (const edge of from[place]!) {
        const { to, room, cost: more } = edges[edge]!;
        if (room === 0 || cost[place]! + more >= cost[to]!) continue;
        cost[to] = cost[place]! + more;
        by[to] = edge;
        next.add(to);
      }
    }
    queue = [...next];
  }
  // With an edge, the one at its side leads back.
  for (let place = sink; place !== source; place = edges[by[place]! ^ 1]!.to) {
    edges[by[place]!]!.room--;
    edges[by[place]! ^ 1]!.room++;
  }
  return cost[sink]!;
}
