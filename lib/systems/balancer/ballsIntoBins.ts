import { createRandom } from "../../random.js";
import { tailOf } from "./supermarket.js";

/**
 * Balls are thrown into bins one after the other, each into the emptier of `choices` bins drawn with replacement (Azar,
 * Broder, Karlin and Upfal, STOC 1994). Returns the share of bins that then hold at least i balls, for i from 0 to the
 * fullest bin's.
 */
export function ballsIntoBins({ balls, bins, choices }: { readonly balls: number; readonly bins: number; readonly choices: number }, seed: number): Float64Array {
  const random = createRandom(seed);
  const held = new Int32Array(bins);
  for (let ball = 0; ball < balls; ball++) {
    let chosen = (random() * bins) | 0;
    for (let i = 1; i < choices; i++) {
      const bin = (random() * bins) | 0;
      if (held[bin]! < held[chosen]!) chosen = bin;
    }
    held[chosen]!++;
  }
  const counts = new Int32Array(held.reduce((most, balls) => Math.max(most, balls), 0) + 1);
  for (const balls of held) counts[balls]!++;
  return tailOf(counts, bins);
}

/**
 * The same shares with ever more bins (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, thesis 1996,
 * ch. 2): from 0 to `balls` / `bins` the share s_i of bins with at least i balls grows by s_(i−1)^d − s_i^d. Runge and
 * Kutta's rule in `steps` steps; the first `most` shares.
 */
export function ballsIntoBinsLimit({ ratio, choices, most = 12, steps = 400 }: { readonly ratio: number; readonly choices: number; readonly most?: number; readonly steps?: number }): Float64Array {
  const shares = new Float64Array(most + 1);
  shares[0] = 1;
  const h = ratio / steps;
  const powers = (share: number) => {
    let product = 1;
    for (let i = 0; i < choices; i++) product *= share;
    return product;
  };
  const slopes = (at: Float64Array) => at.map((share, i) => (i === 0 ? 0 : powers(at[i - 1]!) - powers(share)));
  const moved = (by: Float64Array, step: number) => shares.map((share, i) => share + step * by[i]!);
  for (let step = 0; step < steps; step++) {
    const k1 = slopes(shares);
    const k2 = slopes(moved(k1, h / 2));
    const k3 = slopes(moved(k2, h / 2));
    const k4 = slopes(moved(k3, h));
    for (let i = 1; i <= most; i++) shares[i]! += (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  }
  return shares;
}
