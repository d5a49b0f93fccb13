import type { Random } from "../random.js";

/** Popularity of keys 0, 1, 2 … by Zipf's law: proportional to (rank)^−skew, from the most popular on; they add up to 1. With skew 0 all are alike. */
export function zipfShares(keys: number, skew: number): Float64Array {
  const shares = Float64Array.from({ length: keys }, (_, i) => Math.exp(-skew * Math.log(i + 1)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Draws indices with these shares, which add up to 1: two numbers and two look-ups each (Walker 1977, the alias method; Vose 1991). */
export function drawByShare(shares: Float64Array): (random: Random) => number {
  const n = shares.length;
  const keeps = new Float64Array(n).fill(1);
  const alias = Int32Array.from({ length: n }, (_, i) => i);
  const scaled = shares.map((share) => share * n);
  const [small, large]: [number[], number[]] = [[], []];
  scaled.forEach((share, i) => (share < 1 ? small : large).push(i));
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop()!, large.at(-1)!];
    keeps[less] = scaled[less]!;
    alias[less] = more;
    scaled[more]! -= 1 - scaled[less]!;
    if (scaled[more]! < 1) small.push(large.pop()!);
  }
  return (random) => {
    const place = Math.floor(random() * n);
    return random() < keeps[place]! ? place : alias[place]!;
  };
}
