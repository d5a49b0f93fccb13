import { describe, expect, it } from "vitest";
import { pbs } from "../../lib/experiments/pbs.js";
import { missProbability, quorumStaleness } from "../../lib/experiments/quorumStaleness.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";

const DISK = "0.38*pareto:1.05,1.51+0.62*exp:0.183";
const run = (parameters = {}, trials = 10_000, seed = 2) => runExperiment(pbs, parameters, { trials, seed }).rows[0] as Record<"fresh" | "readP999" | "writeP999" | "tFirst" | "tQuantile", number>;

describe("pbs (Bailis and others 2012): the WARS model", () => {
  it("has the flags and the row that others rely on", () => {
    expect(Object.keys(pbs.parameters)).toEqual(expect.arrayContaining(["n", "r", "w", "t", "W", "A", "R", "S", "replicas"]));
    expect(Object.keys(run({}, 3))).toEqual(["fresh", "readP999", "writeP999", "tFirst", "tQuantile"]);
  });

  it("reads fresh at once, R = W = 1, as published: 97.4 % on SSDs, 43.9 % on disks (±0.6 points at this size)", () => {
    expect(Math.abs(run({}, 40_000).fresh - 0.974)).toBeLessThan(0.006);
    expect(Math.abs(run({ W: DISK }, 40_000).fresh - 0.439)).toBeLessThan(0.006);
  });

  it("R + W > N: every read is fresh at once, whatever the delays", () => {
    for (const [n, r, w] of [[3, 2, 2], [3, 1, 3], [3, 3, 1], [5, 3, 3]]) expect(run({ n: n!, r: r!, w: w!, W: "exp:0.01" }, 3000)).toMatchObject({ fresh: 1, tFirst: 0, tQuantile: 0 });
    expect(run({ n: 5, r: 2, w: 3, W: "exp:0.01" }, 3000).fresh).toBeLessThan(1);
  });

  it("agrees with a case worked by hand: two replicas, one delay each, R = W = 1", () => {
    // The write is answered at 2 · min(W). A read finds it unless it uses the other replica before its W is over: with W exponential and all else 0, 1/2 of them do.
    const { fresh } = run({ n: 2, W: "exp:1", A: "constant:0", R: "constant:0", S: "constant:0" }, 20_000);
    // All answers come at once; the read uses replica 0, which has the write if its W was the smaller one.
    expect(Math.abs(fresh - 0.5)).toBeLessThan(0.015);
    for (const t of [0.5, 1, 2]) expect(Math.abs(run({ n: 2, t, W: "exp:1", A: "constant:0", R: "constant:0", S: "constant:0" }, 20_000).fresh - (1 - 0.5 * Math.exp(-t)))).toBeLessThan(0.015);
  });

  it("the first estimate that reaches 99.9 % comes before the quantile, the more so the finer the steps; with one trial a step it comes at once", () => {
    const disk = (step: number) => run({ W: DISK, step }, 40_000);
    expect(disk(0.01).tFirst).toBeLessThan(disk(0.5).tFirst);
    expect(disk(0.05).tFirst).toBeLessThan(0.95 * disk(0.05).tQuantile);
    expect(run({ batch: 1 }).tFirst).toBe(0);
    // Where each step is as good as certain or hopeless, both ways of reading agree.
    expect(run({ W: "constant:10", A: "constant:1", R: "constant:1", S: "uniform:1,2" })).toMatchObject({ tFirst: 0, tQuantile: 0 });
  });

  it("what is far away costs and delays: replicas 0, 75 and 75 ms away (§5.5), clients at one place or anywhere", () => {
    const fixed = run({ W: DISK, replicas: "0,75,75" });
    expect(fixed.readP999).toBeLessThan(5);
    expect(fixed.fresh).toBeGreaterThan(0.99);
    const anywhere = run({ W: DISK, replicas: "0,75,75", clients: "anywhere" });
    // Two readers in three sit by a replica that hears of the write 75 ms late.
    expect(Math.abs(anywhere.fresh - 1 / 3)).toBeLessThan(0.02);
    expect(Math.abs(anywhere.tQuantile - 113)).toBeLessThan(8);
    expect(Math.abs(run({ r: 2, replicas: "0,75,75" }).readP999 - 151.5)).toBeLessThan(3);
  });

  it("says what does not fit together", () => {
    expect(() => run({ r: 4 })).toThrow(/r must not exceed n/);
    expect(() => run({ w: 4 })).toThrow(/w must not exceed n/);
    expect(() => run({ replicas: "0,75" })).toThrow(/one delay for each of the 3 replicas/);
    expect(() => run({ replicas: "0,-1,2" })).toThrow(/numbers from 0/);
  });
});

describe("quorum-staleness (§3.1)", () => {
  it.each([[3, 1, 1], [3, 2, 1], [5, 2, 2], [3, 2, 2], [10, 3, 4]])("n = %i, r = %i, w = %i: the runs agree with the formula in 4 standard errors", (n, r, w) => {
    for (const { formula, simulated } of runExperiment(quorumStaleness, { n, r, w }, { trials: 20_000, seed: 3 }).rows as { formula: number; simulated: number }[]) {
      expect(Math.abs(simulated - formula)).toBeLessThanOrEqual(4 * Math.sqrt((formula * (1 - formula)) / 20_000) + 1e-12);
    }
  });

  it("misses one write with probability C(n − w, r) / C(n, r)", () => {
    expect(missProbability(3, 1, 1)).toBeCloseTo(2 / 3, 12);
    expect(missProbability(3, 2, 2)).toBe(0);
    expect(missProbability(5, 2, 2)).toBeCloseTo(3 / 10, 12);
  });
});
