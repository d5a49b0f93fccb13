import { describe, expect, it } from "vitest";
import { averaging, type Averaging } from "../../../lib/gossip/rumor/averaging.js";
import { AveragingColumns } from "../../../lib/gossip/rumor/averagingColumns.js";
import { createRandom } from "../../../lib/random.js";
import { simulate } from "../../../lib/sim/cluster.js";

const start = (size: number, options = {}, seed = 1, latency = "uniform:1,10") => simulate<Averaging>(averaging(options), { size, seed, latency, disks: (node) => ({ stored: { value: node } }) });
const valuesOf = (cluster: ReturnType<typeof start>) => cluster.nodes.map(({ state }) => state.value);
const variance = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
};

describe("averaging by gossip (Jelasity, Montresor and Babaoglu 2005)", () => {
  it("all sites come to hold the mean, whatever crossed on the way", () => {
    const cluster = start(21);
    cluster.run(4000);
    for (const value of valuesOf(cluster)) expect(value).toBeCloseTo(10, 6);
  });

  it("two that call each other at the same moment, cycle after cycle, swap what they hold for ever; with jitter they do not", () => {
    const ends = [0, 0.2].map((jitter) => {
      const cluster = start(2, { startWithin: 0, jitter }, 1, "constant:5");
      cluster.run(10_050);
      return valuesOf(cluster);
    });
    expect([...ends[0]!].sort()).toEqual([0, 1]);
    expect(ends[1]![0]).toBeCloseTo(0.5, 6);
  });

  it("the variance falls by about 1/(2√e) a cycle, in columns and by the readable engine (§4.3)", () => {
    const theory = 1 / (2 * Math.sqrt(Math.E));
    const cluster = start(1000, { jitter: 0 }, 3, "constant:0");
    cluster.run(99.999);
    const columns = new AveragingColumns(Float64Array.from(valuesOf(cluster)), createRandom(4));
    for (let cycle = 1; cycle <= 8; cycle++) {
      const before = [variance(valuesOf(cluster)), columns.variance];
      cluster.run(100 * cycle + 99.999);
      columns.step();
      for (const [i, now] of [variance(valuesOf(cluster)), columns.variance].entries()) expect(Math.abs(now / before[i]! / theory - 1), `cycle ${cycle}`).toBeLessThan(0.15);
    }
  });

  it("with as many random pairs it falls by 1/e", () => {
    const columns = new AveragingColumns(Float64Array.from({ length: 100_000 }, (_, i) => i), createRandom(5), "random pairs");
    for (let cycle = 0; cycle < 5; cycle++) {
      const before = columns.variance;
      columns.step();
      expect(Math.abs((columns.variance / before) * Math.E - 1)).toBeLessThan(0.03);
    }
  });

  it("sites keep their mean, and count themselves: one holds n, all others 0 (§5)", () => {
    const n = 100_000;
    const columns = new AveragingColumns(new Float64Array(n).map((_, i) => (i === 0 ? n : 0)), createRandom(6));
    for (let cycle = 0; cycle < 40; cycle++) columns.step();
    expect(columns.mean).toBeCloseTo(1, 9);
    expect(Math.max(...columns.values.subarray(0, 1000))).toBeLessThan(1.001);
  });

  it("says what is out of range", () => {
    expect(() => averaging({ period: 0 })).toThrow("expected a period above 0 ms, not 0");
    expect(() => averaging({ jitter: 2 })).toThrow("expected a jitter from 0 to 1, not 2");
    expect(() => new AveragingColumns(new Float64Array(1), createRandom(1))).toThrow("expected 2 sites or more, not 1");
  });
});
