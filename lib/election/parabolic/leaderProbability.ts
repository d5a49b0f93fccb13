import type { NodeId } from "../../protocol.js";

/** How loaded a node is: from 0, idle, to 1. The less, the fitter to lead. */
export type Load = (node: NodeId) => number;

/** Loads that are spread evenly over [0, 1), and all different: multiples of the golden ratio. */
export const spreadLoad: Load = (node) => (0.6180339887498949 * (node + 1)) % 1;

/**
 * By place in the list: how probably each participant is the leader. The weight falls with the square of a node's distance
 * from the least load in the list, 1 − d², and the weights are scaled so that they add up to 1. The survey gives no formula;
 * the square is what its algorithm's name suggests. Which one is highest does not depend on it: any falling function puts
 * the least loaded first.
 */
export function leaderProbabilities(list: readonly NodeId[], load: Load): number[] {
  const least = Math.min(...list.map(load));
  const weights = list.map((node) => 1 - (load(node) - least) * (load(node) - least));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Who has the highest probability: whoever has the least load, and of equals the one with the lowest id. Null for an empty
 * list. The probabilities themselves need not be worked out.
 */
export function likeliest(list: readonly NodeId[], load: Load): NodeId | null {
  let best: NodeId | null = null;
  for (const node of list) if (best === null || load(node) < load(best) || (load(node) === load(best) && node < best)) best = node;
  return best;
}
