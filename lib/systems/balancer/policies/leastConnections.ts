import type { Policy } from "../policy.js";

/** Least connections: the server with the fewest requests of this balancer's own under way, by its weight; of several any. It needs to be told nothing. */
export const leastConnections: Policy = {
  name: "least connections",
  init: () => ({}),
  choose(_state, { usable, connections, weights, random }) {
    let best = Infinity;
    let equal = 0;
    for (let i = 0; i < usable.length; i++) {
      const server = usable[i]!;
      const cost = connections[server]! / weights[server]!;
      if (cost > best) continue;
      if (cost < best) equal = 0;
      best = cost;
      equals[equal++] = server;
    }
    return equals[equal === 1 ? 0 : Math.floor(random() * equal)]!;
  },
};

// Its own, and not `leastOf`: it is run more than all others, and a call for each server would cost a tenth of a run.
const equals: number[] = [];
