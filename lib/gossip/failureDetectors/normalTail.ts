/** The probability that a standard normal number is above z, to about 13 digits of itself also where it is tiny. */
export const normalTail = (z: number): number => (z < 0 ? 1 - normalTail(-z) : Math.exp(-Math.LN10 * tailLevel(z)));

/**
 * The same as a level, −log10 of the probability: 1.2816 is at level 1. By the series of the distribution function near 0
 * (Marsaglia, Journal of Statistical Software 11(4), 2004), and Laplace's continued fraction further out.
 */
export function tailLevel(z: number): number {
  if (z < 0) return -Math.log(normalTail(z)) / Math.LN10;
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let k = 3; term > 1e-17 * sum; k += 2) sum += term *= (z * z) / k;
    return -Math.log(0.5 - (Math.exp((-z * z) / 2) / ROOT) * sum) / Math.LN10;
  }
  let fraction = z;
  for (let k = 120; k > 0; k--) fraction = z + k / fraction;
  return ((z * z) / 2 + Math.log(ROOT * fraction)) / Math.LN10;
}

const ROOT = Math.sqrt(2 * Math.PI);

/** The z at a level: 10^−`level` of the normal distribution lies beyond it. Newton's method. Throws a `RangeError` unless the level is above 0 and finite. */
export function normalQuantile(level: number): number {
  if (!(level > 0 && level < Infinity)) throw new RangeError(`expected a level above 0, not ${level}`);
  let z = level < 0.35 ? 0 : Math.sqrt(2 * Math.LN10 * level) - 1;
  for (let i = 0; i < 60; i++) {
    const found = tailLevel(z);
    // The level's derivative is density over tail, in units of ln 10.
    const slope = Math.exp(Math.LN10 * found - (z * z) / 2) / ROOT / Math.LN10;
    const step = (level - found) / slope;
    z += step;
    if (Math.abs(step) < 1e-13 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}
