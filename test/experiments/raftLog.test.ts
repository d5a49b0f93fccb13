import { describe, expect, it } from "vitest";
import { walk } from "../../lib/check/explore/index.js";
import { acceptedInAnyBallot, acceptedInAnyTerm } from "../../lib/experiments/acceptedByMajority.js";
import { chiSquareTail } from "../../lib/experiments/chiSquare.js";
import { electionWithoutLog } from "../../lib/experiments/electionWithoutLog.js";
import { executeOnReceipt, executeOnReceiptCounterexample } from "../../lib/experiments/executeOnReceipt.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { fairElections } from "../../lib/experiments/fairElections.js";
import type { RawParameters } from "../../lib/experiments/parameters.js";
import { pseudoCode } from "../../lib/experiments/pseudoCode.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { raftLogTrials } from "../../lib/experiments/trials/raftLog.js";
import { waitForAll } from "../../lib/experiments/waitForAll.js";
import { singleDecree } from "../../lib/replication/paxos/singleDecree.js";

const rows = (experiment: unknown, parameters: RawParameters = {}, trials = 20) => runExperiment(experiment as Experiment, parameters, { trials, seed: 3 }).rows as readonly Record<string, any>[];
const QUICK: Readonly<Record<string, RawParameters>> = { "pseudo-code": { worlds: 1500 }, "accepted-by-majority": { worlds: 1000 } };

describe("pseudo-code (claim 2.8)", () => {
  it("added one by one in the course's order, every rule is still needed when it is added", () => {
    const found = rows(pseudoCode, { missing: "it and all after it" }, 2);
    expect(found.map(({ lacks, property }) => [lacks, property !== null])).toEqual(found.map(({ lacks }) => [lacks, lacks !== "none"]));
  });
});

describe("election-without-log (claim 2.9)", () => {
  it("a leader is elected on empty logs; nothing is replicated or committed before, and its first entry is after", () => {
    const [before, after] = rows(electionWithoutLog, {}, 60);
    expect(before).toMatchObject({ elected: 1, appends: 0, appendReplies: 0, withEntries: 0, logged: 0, committed: 0 });
    expect(before!.voteRequests).toBeGreaterThanOrEqual(4);
    expect(after).toMatchObject({ logged: 1, committed: 1 });
  });

  it("one server elects itself without a message", () => {
    expect(rows(electionWithoutLog, { nodes: 1 }, 5)[0]).toMatchObject({ elected: 1, voteRequests: 0, votes: 0 });
  });
});

describe("wait-for-all (claim 2.10)", () => {
  const found = rows(waitForAll, {}, 10);
  const of = (followers: string, waitsFor: string) => found.find((row) => row.followers === followers && row.waitsFor === waitsFor)!;

  it("one slow follower makes a leader slow that waits for all, and no other", () => {
    expect(of("slow", "all").p50).toBeGreaterThan(150);
    expect(of("slow", "a majority").p99).toBeLessThan(30);
    expect(of("well", "all").p99).toBeLessThan(30);
  });

  it("one dead follower blocks it for ever, and no other", () => {
    expect(of("dead", "all")).toMatchObject({ decided: 0, p50: null });
    expect(of("dead", "a majority").decided).toBe(1);
  });

  it("as many as leave a majority may be slow or dead", () => {
    const two = rows(waitForAll, { affected: 2 }, 3);
    expect(two.find((row) => row.followers === "dead" && row.waitsFor === "a majority")!.decided).toBe(1);
    expect(() => rows(waitForAll, { affected: 3 }, 1)).toThrow(/majority must stay well/);
  });
});

describe("execute-on-receipt (claim 2.11)", () => {
  it("with the same log followers have other states if they execute on receipt, and never if they wait", () => {
    const [onReceipt, committed] = rows(executeOnReceipt, {}, 10);
    expect(onReceipt!.diverged).toBeGreaterThan(0.9);
    expect(onReceipt!.undecided).toBeGreaterThan(5);
    expect(committed).toMatchObject({ otherState: 0, diverged: 0, undecided: 0 });
    expect(committed!.sameLog).toBe(5);
  });

  it("a leader that is cut off alone has nobody who executes its proposals", () => {
    expect(rows(executeOnReceipt, { company: 0 }, 10)[0]).toMatchObject({ diverged: 0, undecided: 0 });
  });

  it("the counterexample is told in single events", () => {
    const path = executeOnReceiptCounterexample()!;
    expect(path.path.length).toBeLessThanOrEqual(20);
    expect(path.walk.violations[0]!.property).toBe("servers that have executed equally many entries have the same state");
  });
});

describe("accepted-by-majority (claim E.5)", () => {
  it("Paxos: accepted by two of three in two ballots, a value gives way to another", () => {
    const { found } = acceptedInAnyBallot();
    expect(found!.message).toMatch(/first (x, then y|y, then x)/);
    const { violations, nodes } = walk({ protocol: singleDecree(), inputs: ["x", "y"].map((value) => ({ type: "propose", value })) }, found!.path, { size: 3 });
    expect(violations).toEqual([]);
    const ballots = nodes.map(({ disk }) => disk.stored?.accepted?.ballot);
    expect(new Set(ballots).size, "the other value has a majority in one ballot").toBe(2);
  });

  it("Raft: an entry of an old term that two of three have gives way to another (Figure 8)", () => {
    const { found } = acceptedInAnyTerm();
    expect(found!.message).toMatch(/first an entry of term 1, then an entry of term 2/);
    expect(found!.path.length).toBeLessThanOrEqual(25);
  });
});

describe("fair-elections (claim E.6)", () => {
  const found = rows(fairElections, {}, 400);
  const of = (setting: string) => found.filter((row) => row.setting === setting);

  it("equal servers share leadership as chance would have it", () => {
    const equal = of("equal servers");
    expect(equal[0]!.pValue).toBeGreaterThan(0.001);
    expect(equal.reduce((sum, { wins }) => sum + wins, 0)).toBeCloseTo(1, 10);
    for (const { low95, wins, high95 } of equal) expect([low95 <= wins, wins <= high95]).toEqual([true, true]);
  });

  it("a server that is far away hardly ever leads, and one with a log behind never", () => {
    expect(of("server 0 far away")[0]).toMatchObject({ node: 0 });
    expect(of("server 0 far away")[0]!.wins).toBeLessThan(0.08);
    expect(of("server 0 far away")[0]!.pValue).toBeLessThan(1e-6);
    expect(of("some logs behind").slice(0, 2).map(({ wins }) => wins)).toEqual([0, 0]);
  });

  it("the chi-square tail is that of the tables", () => {
    for (const [x, df, tail] of [[3.841, 1, 0.05], [5.991, 2, 0.05], [9.488, 4, 0.05], [11.07, 5, 0.05], [13.277, 4, 0.01], [20.515, 5, 0.001], [18.307, 10, 0.05]] as const) expect(chiSquareTail(x, df)).toBeCloseTo(tail, 4);
    expect(chiSquareTail(0, 3)).toBe(1);
    expect(() => chiSquareTail(1, 0)).toThrow(RangeError);
  });
});

describe("the verdicts", () => {
  // Smaller than what the claims are judged by, and with the same verdicts.
  const ran = new Map(raftLogTrials.map((trial) => [trial, runExperiment(trial.experiment, QUICK[trial.experiment.name] ?? {}, { seed: 1 }).rows]));
  const judge = (id: string, change = (row: any) => row) => {
    const trial = raftLogTrials.find((candidate) => candidate.id === id)!;
    return trial.judge(() => ran.get(trial)!.map(change));
  };

  it.each([
    ["2.8", "fails"],
    ["2.9", "fails"],
    ["2.10", "holds if"],
    ["2.11", "fails"],
    ["E.5", "holds if"],
    ["E.6", "holds if"],
  ])("claim %s: %s", (id, verdict) => {
    const judgement = judge(id);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.because).not.toMatch(/undefined|null|NaN/);
    expect(judgement.condition !== undefined).toBe(verdict === "holds if");
  });

  it("are computed: rows that say otherwise give another verdict", () => {
    const on = (id: string, change: (row: any) => any) => judge(id, change).verdict;
    expect(on("2.8", (row) => ({ ...row, property: null }))).toBe("holds");
    expect(on("2.9", (row) => ({ ...row, appends: 3, committed: 1 }))).toBe("holds");
    expect(on("2.10", (row) => ({ ...row, decided: 1 }))).toBe("holds");
    expect(on("2.10", (row) => ({ ...row, decided: 0 }))).toBe("fails");
    expect(on("2.11", (row) => ({ ...row, diverged: 0 }))).toBe("holds");
    expect(on("E.5", (row) => ({ ...row, property: "x" }))).toBe("fails");
    expect(on("E.5", (row) => ({ ...row, property: null, steps: null }))).toBe("holds");
    expect(on("E.6", (row) => ({ ...row, pValue: 0 }))).toBe("fails");
    expect(on("E.6", (row) => ({ ...row, pValue: 0.5 }))).toBe("holds");
  });
});
