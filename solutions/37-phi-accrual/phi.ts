/** How a sender is watched. Times in ms. */
export interface Options {
  /** How many of the last times between two heartbeats count. */
  readonly window: number;
  /** The time between heartbeats that is assumed before two have come; the standard deviation then is a quarter of it. */
  readonly first: number;
  /** The least standard deviation that is assumed. */
  readonly deviation: number;
  /** From this φ on the sender is suspected. */
  readonly threshold: number;
}

/** What is remembered of a sender: plain data. */
export interface Arrivals {
  /** When its last heartbeat came; null before the first. */
  last: number | null;
  /** The last times between two heartbeats, at most `window` of them. */
  intervals: number[];
}

/** Given: nothing was heard yet. */
export function begin(): Arrivals {
  return { last: null, intervals: [] };
}

/** A heartbeat has come. Changes `arrivals` in place. */
export function heartbeat(arrivals: Arrivals, now: number, { window }: Options): void {
  // <answer> TODO: what does the first heartbeat say, and what goes when the window is full?
  // Between nothing and the first one lies no time that says anything about the sender.
  if (arrivals.last !== null) arrivals.intervals.push(now - arrivals.last);
  if (arrivals.intervals.length > window) arrivals.intervals.shift();
  arrivals.last = now;
  // </answer>
}

/**
 * How much the sender is suspected: −log10 of the probability that a heartbeat comes still later than now, if the times
 * between them are normally distributed (Hayashibara et al., SRDS 2004, §IV). 0 before the first heartbeat.
 */
export function phi({ last, intervals }: Arrivals, now: number, { first, deviation }: Options): number {
  if (last === null) return 0;
  // <answer> TODO: mean and standard deviation of the times in the window; how many deviations beyond the mean is now?
  let mean = first;
  let spread = first / 4;
  if (intervals.length > 0) {
    mean = intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
    spread = Math.sqrt(intervals.reduce((sum, one) => sum + (one - mean) * (one - mean), 0) / intervals.length);
  }
  // Heartbeats that never vary would make any delay infinitely unlikely.
  spread = Math.max(spread, deviation);
  return tailLevel((now - last - mean) / spread);
  // </answer> throw new Error("phi is still to do");
}

/** Whether the sender is suspected. */
export function isSuspected(arrivals: Arrivals, now: number, options: Options): boolean {
  // <answer> TODO: one line.
  // Who asks for a higher threshold is told of crashes later, and falsely less often.
  return phi(arrivals, now, options) >= options.threshold;
  // </answer> throw new Error("isSuspected is still to do");
}

/**
 * −log10 of the probability that a standard normal number is above z: 0.301 for 0, 1 for 1.2816, 23.1 for 10. Right to 2 %
 * for every z up to 100,000, where the probability itself has long been too small for a number.
 */
export function tailLevel(z: number): number {
  // <answer> TODO: near 0 by the series, further out by the continued fraction, and there in logarithms only.
  if (z < -8) return 0;
  const logDensity = (-z * z) / 2 - Math.log(2 * Math.PI) / 2;
  if (z < 2) {
    let term = z;
    let sum = z;
    for (let k = 3; k < 200; k += 2) sum += term *= (z * z) / k;
    return -Math.log10(0.5 - Math.exp(logDensity) * sum);
  }
  // From its end, where it no longer matters with what one begins.
  let fraction = z;
  for (let k = 100; k > 0; k--) fraction = z + k / fraction;
  return (Math.log(fraction) - logDensity) / Math.LN10;
  // </answer> throw new Error("tailLevel is still to do");
}
