import { createRandom, parseDistribution } from "../../lib/random.js";

/** As in the exercise. */
export interface Options {
  readonly window: number;
  readonly first: number;
  readonly deviation: number;
  readonly threshold: number;
}

/**
 * −log10 of the probability that a standard normal number is above z, by adding up the area under the curve: Q(z) is the
 * density at z times the integral of exp(−z t − t²/2) over t from 0 on, and the density is left in logarithms.
 */
export function levelOf(z: number): number {
  if (z < 0) return -Math.log1p(-Math.exp(-Math.LN10 * levelOf(-z))) / Math.LN10;
  const end = Math.min(10, 50 / Math.max(z, 1));
  const step = end / 2000;
  let area = 0;
  for (let i = 0; i <= 2000; i++) area += (i === 0 || i === 2000 ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-z * i * step - (i * step * i * step) / 2);
  return ((z * z) / 2 + Math.log(2 * Math.PI) / 2 - Math.log((area * step) / 3)) / Math.LN10;
}

/** What is known of a sender whose heartbeats came at these times: mean and deviation of the times between them. */
export function learnt(arrivals: readonly number[], { window, first, deviation }: Options): { readonly mean: number; readonly spread: number; readonly intervals: readonly number[] } {
  const intervals = arrivals.slice(1).map((time, index) => time - arrivals[index]!).slice(-window);
  if (intervals.length === 0) return { mean: first, spread: Math.max(first / 4, deviation), intervals };
  const mean = intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
  const variance = intervals.reduce((sum, one) => sum + (one - mean) * (one - mean), 0) / intervals.length;
  return { mean, spread: Math.max(Math.sqrt(variance), deviation), intervals };
}

/** φ at a time, after heartbeats at these times. */
export function phiOf(arrivals: readonly number[], now: number, options: Options): number {
  if (arrivals.length === 0) return 0;
  const { mean, spread } = learnt(arrivals, options);
  return levelOf((now - arrivals.at(-1)! - mean) / spread);
}

/** Whether a φ is right: to 2 % and 0.001. */
export const isRight = (given: unknown, expected: number): boolean => typeof given === "number" && Math.abs(given - expected) <= 0.02 * Math.abs(expected) + 0.001;

/** So many heartbeats, the times between them drawn from a distribution, from a time on. */
export function heartbeatsOf(distribution: string, count: number, seed: number, from = 0): number[] {
  const [interval, random] = [parseDistribution(distribution), createRandom(seed)];
  let now = from;
  return Array.from({ length: count }, () => (now += Math.max(1, interval.sample(random))));
}
