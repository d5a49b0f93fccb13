import type { Policy } from "../policy.js";

/**
 * Smooth weighted round robin, as nginx has had it since 1.3.1 (2012): at each choice every server gains its weight, the
 * richest is chosen and pays what all have gained. Of weights 5, 1, 1 that makes a a b a c a a, and never five in a row.
 */
export const smoothWeightedRoundRobin: Policy<{ current: number[] }> = {
  name: "smooth weighted round robin",
  init: ({ count }) => ({ current: new Array<number>(count).fill(0) }),
  choose({ current }, { usable, weights }) {
    let chosen = usable[0]!;
    let total = 0;
    for (const server of usable) {
      current[server]! += weights[server]!;
      total += weights[server]!;
      if (current[server]! > current[chosen]!) chosen = server;
    }
    current[chosen]! -= total;
    return chosen;
  },
};
