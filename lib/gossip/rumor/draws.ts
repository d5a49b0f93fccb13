import type { Random } from "../../random.js";

/** A site drawn from all others. */
export function otherThan(site: number, size: number, random: Random): number {
  const other = (random() * (size - 1)) | 0;
  return other >= site ? other + 1 : other;
}

/** If no more than one in so many calls matters, to draw the distances between those, a logarithm each, costs less than to draw all calls. */
export const FEW = 10;

/** How many trials fail before one succeeds, each with this probability, anew at each call. */
export function distances(probability: number, random: Random): () => number {
  const scale = 1 / Math.log(1 - probability);
  return probability < 1 ? () => Math.floor(Math.log(1 - random()) * scale) : () => 0;
}
