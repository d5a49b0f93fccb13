import { describe, expect, it } from "vitest";
import { createRandom, deriveSeed, parseDistribution, type Random } from "../lib/random.js";

const numbers = (random: Random, n: number) => Array.from({ length: n }, () => random());
const MOST = Number.MAX_SAFE_INTEGER;

/** Pearson's correlation of two samples of one size. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((total, _value, i) => total + f(i), 0);
  return sum((i) => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum((i) => (a[i]! - ma) * (a[i]! - ma)) * sum((i) => (b[i]! - mb) * (b[i]! - mb)));
}

/** Pearson's chi-square of counts that should all be equal. */
function chiSquare(values: readonly number[], cells: number): number {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) counts[Math.floor(value * cells)]!++;
  const expected = values.length / cells;
  return counts.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
}

describe("a stream", () => {
  it("of one seed is the same each time, on every supported Node", () => {
    expect(numbers(createRandom(1), 4)).toEqual(GOLDEN.seed1);
    expect(numbers(createRandom(MOST), 4)).toEqual(GOLDEN.seedMost);
    expect([deriveSeed(1, 0), deriveSeed(1, 1), deriveSeed(MOST, MOST)]).toEqual(GOLDEN.derived);
  });

  it("stays in [0, 1) in steps of 2^−32", () => {
    for (const value of numbers(createRandom(7), 10_000)) {
      expect(value >= 0 && value < 1).toBe(true);
      expect(Number.isInteger(value * 4294967296)).toBe(true);
    }
  });

  it("is uniform, alone and in pairs (chi-square at fixed seeds, far below the 0.1 % point)", () => {
    for (const seed of [0, 1, 2, 12345, MOST]) {
      const values = numbers(createRandom(seed), 100_000);
      // 255 degrees of freedom: mean 255, the 0.1 % point is 330.5.
      expect(chiSquare(values, 256)).toBeLessThan(330.5);
      const pairs = Array.from({ length: 50_000 }, (_, i) => (Math.floor(values[2 * i]! * 16) + values[2 * i + 1]!) / 16);
      expect(chiSquare(pairs, 256)).toBeLessThan(330.5);
    }
  });

  it("is unrelated to that of the next seed, of a seed one bit away and of the seeds derived from it", () => {
    const n = 20_000;
    const pairs: [number, number][] = [[0, 1], [1, 2], [41, 42], [1, 1 + 2 ** 31], [1, 1 + 2 ** 32], [5, 5 + 2 ** 52], [MOST - 1, MOST]];
    for (let i = 0; i < 5; i++) pairs.push([1, deriveSeed(1, i)], [deriveSeed(1, i), deriveSeed(1, i + 1)], [deriveSeed(i, 3), deriveSeed(i + 1, 3)]);
    for (const [a, b] of pairs) {
      const r = correlation(numbers(createRandom(a), n), numbers(createRandom(b), n));
      expect(Math.abs(r), `seeds ${a} and ${b}`).toBeLessThan(4 / Math.sqrt(n));
    }
  });

  it("has a first number that says nothing of the seed: uniform over seeds in a row, and from one to the next uncorrelated", () => {
    for (const [name, seedOf] of [["0, 1, 2 …", (i: number) => i], ["derived", (i: number) => deriveSeed(9, i)]] as const) {
      const nth = [0, 1, 2, 3].map(() => [] as number[]);
      for (let i = 0; i < 50_000; i++) {
        const random = createRandom(seedOf(i));
        for (const values of nth) values.push(random());
      }
      for (const values of nth) {
        expect(chiSquare(values, 256), name).toBeLessThan(330.5);
        expect(Math.abs(correlation(values.slice(1), values.slice(0, -1))), name).toBeLessThan(4 / Math.sqrt(values.length));
      }
    }
  });

  it("derived seeds are whole, in range and do not meet", () => {
    const seen = new Set<number>();
    for (let index = 0; index < 100_000; index++) seen.add(deriveSeed(1, index));
    for (const seed of seen) expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
    expect(seen.size).toBe(100_000);
    expect(new Set(Array.from({ length: 100_000 }, (_, seed) => deriveSeed(seed, 0))).size).toBe(100_000);
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, "1" as unknown as number])("refuses the seed %s and says what a seed is", (seed) => {
    expect(() => createRandom(seed)).toThrow("a seed is an integer from 0 to 2^53 − 1");
    expect(() => deriveSeed(seed, 0)).toThrow(RangeError);
  });
});

describe("a distribution", () => {
  const n = 100_000;
  const sorted = (text: string) => {
    const distribution = parseDistribution(text);
    const random = createRandom(3);
    return Float64Array.from({ length: n }, () => distribution.sample(random)).sort();
  };
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / n;

  it.each<[text: string, mean: number, sd: number, quantiles: [share: number, value: number][]]>([
    ["constant:5", 5, 0, [[0.01, 5], [0.99, 5]]],
    ["uniform:0.5,6", 3.25, 5.5 / Math.sqrt(12), [[0.1, 1.05], [0.5, 3.25], [0.9, 5.45]]],
    ["exp:1.66", 1 / 1.66, 1 / 1.66, [[0.5, Math.LN2 / 1.66], [0.9, Math.log(10) / 1.66]]],
    ["pareto:0.235,10", 0.235 / 0.9, 0.0292, [[0.5, 0.235 * Math.exp(Math.LN2 / 10)], [0.99, 0.235 * Math.exp(Math.log(100) / 10)]]],
    ["normal:100,10", 100, 10, [[0.1587, 90], [0.5, 100], [0.8413, 110], [0.9772, 120]]],
    ["lognormal:10,0.5", 10 * Math.exp(0.125), 6.04, [[0.1587, 10 * Math.exp(-0.5)], [0.5, 10], [0.8413, 10 * Math.exp(0.5)]]],
    ["75+exp:1", 76, 1, [[0.5, 75 + Math.LN2]]],
    ["-5+uniform:0,10", 0, 10 / Math.sqrt(12), [[0.9, 4]]],
    ["0.75*constant:1+0.25*constant:9", 3, 4 * Math.sqrt(0.75), [[0.7, 1], [0.8, 9]]],
    ["0.9122*pareto:0.235,10+0.0878*exp:1.66", 0.9122 * (0.235 / 0.9) + 0.0878 / 1.66, 0.2, []],
    ["1+0.5*uniform:0,2+2+0.5*uniform:10,12", 9, 5.1, [[0.25, 4], [0.75, 14]]],
  ])("%s has its mean and quantiles (4 standard errors)", (text, mean, sd, quantiles) => {
    const values = sorted(text);
    expect(Math.abs(meanOf(values) - mean)).toBeLessThanOrEqual((4 * sd) / Math.sqrt(n) + 1e-12 * mean);
    for (const [share, value] of quantiles) {
      // The share of the sample at or below the true quantile, which has a standard error of its own.
      const below = values.filter((x) => x <= value + 1e-9 * Math.abs(value)).length / n;
      const constant = values[0] === values[n - 1] || text.includes("*constant");
      if (!constant) expect(Math.abs(below - share), `quantile ${share}`).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n) + 1e-4);
      else expect(values[Math.floor(share * n)]).toBe(value);
    }
  });

  it("stays within its bounds", () => {
    const uniform = sorted("uniform:2,3");
    expect(uniform[0]! >= 2 && uniform[n - 1]! < 3).toBe(true);
    expect(sorted("exp:1")[0]! >= 0).toBe(true);
    expect(sorted("pareto:2,1")[0]! >= 2).toBe(true);
    expect(sorted("uniform:4,4")[0]).toBe(4);
  });

  it("draws the same from the same stream, on every supported Node", () => {
    const random = createRandom(5);
    const drawn = ["uniform:0.5,6", "exp:1.66", "pareto:0.235,10", "normal:100,10", "lognormal:10,0.5"].map((text) => parseDistribution(text).sample(random));
    expect(drawn).toEqual(GOLDEN.drawn);
  });

  it("keeps its text, and reads spaces away", () => {
    expect(parseDistribution("uniform:1,10").text).toBe("uniform:1,10");
    const spaced = parseDistribution(" 75 + exp:1 ");
    expect(spaced.sample(createRandom(1))).toBe(parseDistribution("75+exp:1").sample(createRandom(1)));
  });

  it.each([
    ["", "expected one of constant, uniform, exp, pareto, normal, lognormal where \"\" stands"],
    ["5", "expected a distribution"],
    ["gauss:1,2", 'expected one of constant, uniform, exp, pareto, normal, lognormal where "gauss:1,2" stands'],
    ["toString:1", "expected one of constant"],
    ["uniform:1", "expected uniform:LOW,HIGH, as in uniform:0.5,6"],
    ["uniform:1,2,3", "expected uniform:LOW,HIGH"],
    ["uniform:1,x", "expected uniform:LOW,HIGH"],
    ["uniform:1,", "expected uniform:LOW,HIGH"],
    ["uniform:1,2:3", "expected uniform:LOW,HIGH"],
    ["uniform", "expected uniform:LOW,HIGH"],
    ["constant:NaN", "expected constant:VALUE"],
    ["constant:Infinity", "expected constant:VALUE"],
    ["uniform:2,1", "low must not exceed high"],
    ["exp:0", "the rate must be above 0"],
    ["exp:-1", "the rate must be above 0"],
    ["pareto:0,1", "the scale must be above 0"],
    ["pareto:1,0", "the shape must be above 0"],
    ["normal:1,-1", "the standard deviation must not be negative"],
    ["lognormal:0,1", "the median must be above 0"],
    ["lognormal:1,-1", "sigma must not be negative"],
    ["0.5*exp:1", "expected weights that add up to 1, not 0.5"],
    ["0.5*exp:1+0.6*exp:2", "expected weights that add up to 1"],
    ["exp:1+exp:2", "expected weights that add up to 1, not 2"],
    ["0*exp:1+1*exp:2", 'expected a weight above 0 before "*" in "0*exp:1"'],
    ["-1*exp:1+2*exp:2", 'expected a weight above 0 before "*"'],
    ["half*exp:1", 'expected a weight above 0 before "*"'],
    ["0.5*75+0.5*exp:1", 'where "75" stands'],
  ])("%j is refused: %s", (text, message) => {
    expect(() => parseDistribution(text)).toThrow(`"${text}" is not a distribution: `);
    expect(() => parseDistribution(text)).toThrow(message);
  });

  it("a space inside a number is a mistake, not another number", () => {
    expect(() => parseDistribution("uniform:1 0,20")).toThrow("is not a distribution");
  });

  it("a number too large to be one is refused", () => {
    expect(() => parseDistribution(`constant:${"9".repeat(400)}`)).toThrow("is not a distribution");
  });
});

/** Written down on Node 20; they must never change. */
const GOLDEN = {
  seed1: [0.23863937822170556, 0.9219425064511597, 0.6519176808651537, 0.48433929961174726],
  seedMost: [0.22991897584870458, 0.9712622037623078, 0.3435759819112718, 0.7153137442655861],
  derived: [7661902994965201, 4582454376237031, 3131946165623277],
  drawn: [0.9960071356035769, 0.06931254069831028, 0.27134416196706634, 112.57117881289227, 5.097128418143958],
};
