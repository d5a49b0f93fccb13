/**
 * The `share` quantile of a sample by nearest rank: the smallest value that at least that share of the sample does not
 * exceed. `null` in a sample means "never" and sorts last; the result is null where it falls on one, or on no sample.
 */
export function percentile(samples: readonly (number | null)[], share: number): number | null {
  return quantile(sortSamples(samples), share);
}

/** The mean of a sample; null if it is empty or some value is "never". */
export function mean(samples: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of samples) {
    if (value === null) return null;
    sum += value;
  }
  return samples.length === 0 ? null : sum / samples.length;
}

/** A row of the usual percentiles of a sample, by nearest rank. */
export function summary(samples: readonly (number | null)[]) {
  const sorted = sortSamples(samples);
  const at = (share: number) => quantile(sorted, share);
  return {
    min: at(0),
    p1: at(0.01),
    p10: at(0.1),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    mean: mean(samples),
  };
}

/** In ascending order, "never" as +∞: an array of doubles is sorted several times as fast as one of numbers and nulls. */
const sortSamples = (samples: readonly (number | null)[]) => Float64Array.from(samples, (value) => value ?? Infinity).sort();

function quantile(sorted: Float64Array, share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)];
  return value === undefined || value === Infinity ? null : value;
}
