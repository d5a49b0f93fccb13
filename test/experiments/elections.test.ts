import { describe, expect, it } from "vitest";
import { coldStart } from "../../lib/experiments/coldStart.js";
import { electionTrigger } from "../../lib/experiments/electionTrigger.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { leadersPerTerm } from "../../lib/experiments/leadersPerTerm.js";
import { majorityRule } from "../../lib/experiments/majorityRule.js";
import type { RawParameters } from "../../lib/experiments/parameters.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { serviceRestored } from "../../lib/experiments/serviceRestored.js";
import { termGrowth } from "../../lib/experiments/termGrowth.js";
import { timeoutRange } from "../../lib/experiments/timeoutRange.js";
import { deriveSeed } from "../../lib/random.js";

const rows = (experiment: Experiment, parameters: RawParameters = {}, trials = 50) => runExperiment(experiment, parameters, { trials, seed: 3 }).rows as readonly Record<string, number>[];

describe("service-restored", () => {
  it("restores service exactly where a majority is left, for even and odd clusters", () => {
    for (const nodes of [1, 2, 3, 4, 5, 6]) {
      const found = rows(serviceRestored as unknown as Experiment, { nodes, horizon: 4000 }, 10);
      expect(found.map(({ left }) => left)).toEqual(Array.from({ length: nodes }, (_, i) => nodes - 1 - i));
      for (const { left, restored, p50 } of found) expect([restored, p50 !== null]).toEqual(left! > nodes / 2 ? [1, true] : [0, false]);
    }
  });
});

describe("cold-start", () => {
  it("counts no heartbeat of a follower, and one leader's heartbeats to each of the others", () => {
    const [follower, candidate, leader] = rows(coldStart as unknown as Experiment, { nodes: 3 }, 20);
    expect([follower!.heartbeats, candidate!.heartbeats]).toEqual([0, 0]);
    // One leader, heard by two others every 75 ms, for what is left of a second after at most 300 ms of waiting.
    expect(leader!.heartbeats).toBeGreaterThan(2 * 8);
    expect(leader!.heartbeats).toBeLessThan(2 * 13);
    expect(follower!.heartbeatReplies).toBeGreaterThan(5);
    expect(candidate!.voteRequests).toBeGreaterThanOrEqual(2);
  });
});

describe("leaders-per-term", () => {
  it("finds two leaders in a term without durable votes or with repeated ones, with a seed to replay; none with Raft's rule", () => {
    for (const [votes, broken] of [["durable", false], ["forgotten", true], ["repeated", true]] as const) {
      const [row] = rows(leadersPerTerm as unknown as Experiment, { votes }, 300);
      expect([votes, row!.brokenRuns! > 0, row!.mostLeaders! > 1]).toEqual([votes, broken, broken]);
      const seeds = Array.from({ length: 300 }, (_, i) => deriveSeed(3, i));
      expect(broken ? seeds.includes(row!.brokenSeed!) : row!.brokenSeed === null).toBe(true);
      expect(row!.terms).toBeGreaterThan(300);
    }
  });
});

describe("election-trigger", () => {
  it("by a log that is behind, equal logs elect nobody and whoever is behind a majority never wins; a timeout elects in both", () => {
    const wins = (logLengths: string) => {
      const found = rows(electionTrigger as unknown as Experiment, { logLengths });
      const of = (trigger: string) => found.filter((row) => (row.trigger as unknown) === trigger).map((row) => row.wins!);
      return { behind: of("log behind"), timeout: of("timeout") };
    };
    const equal = wins("3,3,3,3,3");
    expect(equal.behind).toEqual([0, 0, 0, 0]);
    expect(equal.timeout.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
    expect(Math.min(...equal.timeout)).toBeGreaterThan(0.05);
    const oneBehind = wins("4,3,4,4,4");
    expect(oneBehind.behind).toEqual([0, 0, 0, 0]);
    expect(oneBehind.timeout[0]).toBe(0);
    const ladder = wins("4,1,2,3,4");
    expect([ladder.timeout[0], ladder.timeout[1]]).toEqual([0, 0]);
    expect(ladder.behind[3]).toBe(0);
  });
});

describe("timeout-range", () => {
  it("from 0 there are needless elections, from half of Tmax none", () => {
    const [fromZero, fromHalf] = rows(timeoutRange as unknown as Experiment, {}, 20);
    expect(fromZero!.needless).toBeGreaterThan(100);
    expect(fromHalf!.needless).toBe(0);
  });
});

describe("majority-rule", () => {
  it("⌊N/2⌋ + 1 is the smallest size at which all groups meet; one more for even N would tolerate less where N/2 + 1 is no whole number", () => {
    for (const row of rows(majorityRule as unknown as Experiment, {}, 1)) {
      expect(row.floor).toBe(row.smallest);
      expect(row.whole as unknown).toBe(row.nodes! % 2 === 0);
      expect(row.tolerated! - row.toleratedRoundedUp!).toBe(row.nodes! % 2);
    }
  });
});

describe("term-growth", () => {
  it("adopting a higher term reunites all servers and sometimes skips a term; counting does neither", () => {
    const [adopt] = rows(termGrowth as unknown as Experiment, { rule: "adopt" }, 30);
    const [count] = rows(termGrowth as unknown as Experiment, { rule: "count" }, 30);
    expect(adopt).toMatchObject({ startsAtZero: 1, reunited: 1 });
    expect(adopt!.jumps).toBeGreaterThan(0.05);
    expect(count).toMatchObject({ startsAtZero: 1, jumps: 0, reunited: 0 });
  });
});
