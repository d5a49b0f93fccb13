import { describe, expect, it } from "vitest";
import { acknowledgedWrites } from "../../lib/experiments/acknowledgedWrites.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { hotStandby } from "../../lib/experiments/hotStandby.js";
import { oneLeaderAtATime } from "../../lib/experiments/oneLeaderAtATime.js";
import type { RawParameters } from "../../lib/experiments/parameters.js";
import { atLeast, redundancy } from "../../lib/experiments/redundancy.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";

const rows = (experiment: unknown, parameters: RawParameters = {}, trials = 20) => runExperiment(experiment as Experiment, parameters, { trials, seed: 3 }).rows as readonly Record<string, any>[];

describe("acknowledged-writes (claim 1.1)", () => {
  it("asynchronous replication loses what it has acknowledged; a majority's or all loses nothing", () => {
    const found = rows(acknowledgedWrites, {}, 25);
    const of = (acknowledge: string, cut: number) => found.find((row) => row.acknowledge === acknowledge && row.cut === cut)!;
    for (const cut of [0, 3]) {
      expect(of("asynchronous", cut).lossy).toBeGreaterThan(0.3);
      expect(of("majority", cut)).toMatchObject({ lost: 0, lossy: 0 });
      expect(of("synchronous", cut)).toMatchObject({ lost: 0, lossy: 0 });
      expect(of("majority", cut).answered).toBeGreaterThan(50);
    }
    expect(of("semi-synchronous", 0).lossy).toBe(0);
  });

  it("waiting for one backup loses, of five nodes, if that one is not asked for its vote", () => {
    const semi = rows(acknowledgedWrites, {}, 60).find((row) => row.acknowledge === "semi-synchronous" && row.cut === 3)!;
    expect(semi.lossy).toBeGreaterThan(0);
    expect(semi.lossy).toBeLessThan(0.5);
  });

  it("hardly ever are all followers equal to the leader at one instant", () => {
    for (const row of rows(acknowledgedWrites, {}, 25)) {
      expect(row.equal).toBeLessThan(0.3);
      expect(row.lagVersionsMost).toBeGreaterThan(0);
      expect(row.lagMsMost).toBeGreaterThan(0);
    }
  });

  it("service is resumed after one timeout, but where all have to acknowledge: the dead one cannot", () => {
    for (const row of rows(acknowledgedWrites, {}, 10)) {
      expect(row.resumed, row.acknowledge).toBe(row.acknowledge === "synchronous" ? 0 : 1);
      if (row.acknowledge !== "synchronous") expect(row.downtime).toBeLessThan(400);
    }
  });
});

describe("hot-standby (claim 1.9)", () => {
  it.each(["cut", "pause"])("two nodes split their brain, less often the longer they wait; three with a majority never do (%s)", (fault) => {
    const found = rows(hotStandby, { fault, timeouts: "50,500,2000" }, 20);
    const [short, middle, long] = found.filter((row) => row.cluster === "hot standby");
    expect(middle!.downtime).toBeGreaterThan(short!.downtime + 300);
    expect(long!.downtime).toBeGreaterThan(middle!.downtime + 1000);
    expect(short!.splitBrain).toBeGreaterThan(0.8);
    expect(long!.splitBrain).toBeLessThan(short!.splitBrain - 0.3);
    expect(short!.lost).toBeGreaterThan(0);
    for (const row of found.filter(({ cluster }) => cluster === "three nodes, vote, majority")) expect(row).toMatchObject({ splitBrain: 0, splitMs: 0, lost: 0 });
  });

  it("three nodes are down for little longer than two, for the votes; without a majority's acknowledgement the vote does not save the writes", () => {
    const [two, vote, majority] = rows(hotStandby, { timeouts: "200" }, 30);
    expect(vote!.downtime - two!.downtime).toBeGreaterThan(0);
    expect(majority!.downtime - two!.downtime).toBeLessThan(80);
    expect(vote!.lost).toBeGreaterThan(1);
    expect(majority!.lost).toBe(0);
  });

  it("says which timeouts it takes", () => {
    expect(() => rows(hotStandby, { timeouts: "5" })).toThrow("timeouts are from 10 to 100000 ms: got 5");
  });
});

describe("redundancy (claim B.1)", () => {
  it("the formula is that of the binomial distribution", () => {
    expect(atLeast(3, 3, 0.9)).toBeCloseTo(0.729, 12);
    expect(atLeast(2, 3, 0.9)).toBeCloseTo(0.972, 12);
    expect(atLeast(1, 3, 0.9)).toBeCloseTo(0.999, 12);
    expect(atLeast(3, 5, 0.5)).toBeCloseTo(0.5, 12);
    expect(atLeast(0, 4, 0.3)).toBeCloseTo(1, 12);
  });

  it.each([
    { nodes: 5, shared: 0 },
    { nodes: 4, shared: 0.3 },
    { nodes: 3, shared: 1 },
  ])("runs agree with it: $nodes nodes, $shared of the downtime shared", (parameters) => {
    for (const row of rows(redundancy, parameters, 40)) expect(Math.abs(row.simulated - row.formula), row.need).toBeLessThan(0.006);
  });

  it("needing all is worse than one node, needing a majority or any is better; not if everything fails of one cause, nor with bad nodes", () => {
    const better = (parameters: RawParameters) => rows(redundancy, { duration: 1000, ...parameters }, 1).map((row) => row.better);
    expect(better({})).toEqual([false, true, true]);
    expect(better({ shared: 1 })).toEqual([false, false, false]);
    expect(better({ up: 40, down: 60 })).toEqual([false, false, true]);
    expect(better({ nodes: 1 })).toEqual([false, false, false]);
    expect(better({ nodes: 2 })).toEqual([false, false, true]);
  });
});

describe("one-leader (claim 1.3)", () => {
  it.each([
    { nodes: 5, company: 1 },
    { nodes: 3, company: 0 },
    { nodes: 6, company: 1 },
  ])("two lead at one instant, never in one term, and never with two majorities: $nodes nodes, the leader cut off with $company", (parameters) => {
    const [plain, stepping] = rows(oneLeaderAtATime, parameters, 50);
    for (const row of [plain!, stepping!]) expect(row).toMatchObject({ runs: 50, mostInOneTerm: 1, staleMajority: 0 });
    expect(plain).toMatchObject({ twoAtOnce: 1, mostAtOnce: 2 });
    expect(plain!.overlap).toBeGreaterThan(1500);
    expect(stepping!.overlap).toBeLessThan(200);
  });

  it("says how many may be cut off with the leader", () => {
    expect(() => rows(oneLeaderAtATime, { nodes: 4, company: 1 })).toThrow("fewer than half of the servers: got 2 of 4");
  });
});
