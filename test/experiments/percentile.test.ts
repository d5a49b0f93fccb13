import { describe, expect, it } from "vitest";
import { mean, percentile, summary } from "../../lib/experiments/percentile.js";

describe("percentiles by nearest rank", () => {
  it("are values of the sample: the smallest that the share does not exceed", () => {
    const sample = [50, 20, 40, 15, 35];
    expect([0, 0.05, 0.2, 0.21, 0.3, 0.4, 0.5, 1].map((share) => percentile(sample, share))).toEqual([15, 15, 15, 20, 20, 20, 35, 50]);
    expect(sample).toEqual([50, 20, 40, 15, 35]);
  });

  it("do not slip by a rank where a share times a count is not exact", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    for (let k = 1; k <= 100; k++) expect(percentile(hundred, k / 100)).toBe(k);
    const thousand = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(summary(thousand)).toMatchObject({ min: 1, p1: 10, p10: 100, p50: 500, p75: 750, p90: 900, p95: 950, p99: 990, p999: 999, max: 1000, mean: 500.5 });
  });

  it("count `null` as never, which comes last; the mean of never is never", () => {
    const sample = [3, null, 1, 2];
    expect([0.25, 0.5, 0.75, 0.76, 1].map((share) => percentile(sample, share))).toEqual([1, 2, 3, null, null]);
    expect(mean(sample)).toBeNull();
    expect(mean([1, 2])).toBe(1.5);
  });

  it("of nothing are null", () => expect([percentile([], 0.5), mean([]), summary([]).max]).toEqual([null, null, null]));
});
