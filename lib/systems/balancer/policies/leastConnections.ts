import type { Policy } from "../policy.js";

/** Least connections: the server with the fewest requests of this balancer's own under way, by its weight; of several any. It needs to be told nothing. */
export const leastConnections: Policy = {
  name: "least connections",
  init: () => ({}),
  choose(_state, { crowding, random }) {
    const equal = findLeast(crowding);
    return equals[equal === 1 ? 0 : Math.floor(random() * equal)]!;
  },
};

/**
 * Puts the servers that are least crowded into `equals`; returns how many they are. Its own, and not `leastOf`: it is run
 * more than all others, and a call for each server would cost a tenth of a run.
 */
function findLeast(crowding: Float64Array): number {
  let least = Infinity;
  let equal = 0;
  for (let server = 0; server < crowding.length; server++) {
    const own = crowding[server]!;
    if (own < least) {
      least = own;
      equal = 0;
    }
    // Counted without a branch: which servers are equal no processor can guess.
    equals[equal] = server;
    equal = (equal + Number(own === least)) | 0;
  }
  return equal;
}

const equals: number[] = [];
