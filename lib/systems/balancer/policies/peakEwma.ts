import type { Policy } from "../policy.js";
import { drawPlaces } from "./powerOfChoices.js";

export interface PeakEwmaState {
  /** By server: the moving average of its latencies, ms, and when it was last brought up to date. */
  readonly cost: number[];
  readonly stamp: number[];
}

/**
 * Peak EWMA, as in Twitter's Finagle: of two servers drawn at random the one whose latency times requests under way is
 * less. The latency is an exponentially weighted moving average over `decay` ms that jumps to any latency above it, so
 * that a server that has turned slow is avoided at once and trusted again little by little.
 */
export function peakEwma({ decay = 10_000 }: { readonly decay?: number } = {}): Policy<PeakEwmaState> {
  const observe = ({ cost, stamp }: PeakEwmaState, server: number, latency: number, now: number) => {
    const weight = Math.exp(-Math.max(0, now - stamp[server]!) / decay);
    cost[server] = latency > cost[server]! ? latency : weight * cost[server]! + (1 - weight) * latency;
    stamp[server] = now;
  };
  return {
    name: "peak EWMA",
    init: ({ count }) => ({ cost: new Array<number>(count).fill(0), stamp: new Array<number>(count).fill(0) }),
    choose(state, { usable, connections, random, now }) {
      let chosen = -1;
      let best = Infinity;
      for (const place of drawPlaces(usable.length, 2, random)) {
        const server = usable[place]!;
        const underWay = connections[server]!;
        // Where nobody has answered yet, one request finds out; more wait for what it says.
        const cost = state.cost[server] === 0 && underWay > 0 ? 1e9 + underWay : decayed(state, server, now, decay) * (underWay + 1);
        if (cost < best) [best, chosen] = [cost, server];
      }
      return chosen;
    },
    answered: observe,
    failed: observe,
  };
}

/** A server that nobody asks is forgiven with time: its average falls. */
function decayed({ cost, stamp }: PeakEwmaState, server: number, now: number, decay: number): number {
  return cost[server]! * Math.exp(-Math.max(0, now - stamp[server]!) / decay);
}
