import { describe, expect, it } from "vitest";
import { electionMessages } from "../../lib/experiments/electionMessages.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { gossipElection } from "../../lib/experiments/gossipElection.js";
import { gossipElectionFailure } from "../../lib/experiments/gossipElectionFailure.js";
import type { RawParameters } from "../../lib/experiments/parameters.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";

const rows = (experiment: unknown, parameters: RawParameters = {}, trials = 50) => runExperiment(experiment as Experiment, parameters, { trials, seed: 3 }).rows as readonly Record<string, any>[];

describe("gossip-election (claim 2.1)", () => {
  it("often ends with two leaders if hearing counts since the start, and in a large cluster with none if it counts per round", () => {
    const found = rows(gossipElection, { nodes: "5,20", fanouts: "1,2" });
    const of = (window: string, nodes: number, fanout: number) => found.find((row) => row.window === window && row.nodes === nodes && row.fanout === fanout)!;
    expect(of("start", 5, 1).several).toBeGreaterThan(0.1);
    expect(of("start", 5, 2).several).toBeGreaterThan(0.3);
    expect(of("start", 5, 1).none).toBe(0);
    expect(of("round", 20, 1).none).toBe(1);
    expect(of("round", 5, 1).several).toBe(0);
    for (const row of found) expect(row.none + row.one + row.several).toBeCloseTo(1, 9);
  });

  it("ends with none instead of two if leaders yield, and with nodes that know of none if messages are lost", () => {
    const [yields] = rows(gossipElection, { nodes: 5, fanouts: 2, rival: "yields" });
    expect(yields!.several).toBe(0);
    expect(yields!.none).toBeGreaterThan(0.3);
    const [lossy] = rows(gossipElection, { nodes: 5, fanouts: 1, loss: 0.1 });
    expect(lossy!.agreed).toBeLessThan(lossy!.one);
  });

  it("says what it expected", () => {
    expect(() => rows(gossipElection, { nodes: "1,5" })).toThrow("nodes are whole numbers from 2 to 200: got 1");
    expect(() => rows(gossipElection, { fanouts: 0 })).toThrow("fanouts are whole numbers from 1 to 199: got 0");
  });
});

describe("gossip-election-failure (claim 2.2)", () => {
  it("goes unnoticed as written, is noticed and mended where rumours go on", () => {
    const [written, repaired] = rows(gossipElectionFailure);
    expect(written).toMatchObject({ elected: 1, messages: 0, noticed: 0, noticedAfter: null, replaced: 0, relearnt: 0 });
    expect(repaired).toMatchObject({ elected: 1, noticed: 1, replaced: 1, relearnt: 1 });
    expect(repaired!.replacedAfter).toBeLessThan(3000);
    expect(repaired!.noticedAfter).toBeLessThanOrEqual(repaired!.replacedAfter);
  });
});

describe("election-messages", () => {
  it("counts n − 1 and n² − n − 1 messages for bully, n·H_n + n on average for the ring, and 3(n − 1) for Raft unless votes are split", () => {
    for (const row of rows(electionMessages, { nodes: "3,5,9" }, 400)) {
      if (row.algorithm === "bully") expect([row.least, row.messages, row.most]).toEqual([row.expected, row.expected, row.expected]);
      else if (row.algorithm === "ring") expect(Math.abs(row.messages / row.expected - 1)).toBeLessThan(0.03);
      else {
        // The first heartbeats may make the leader known before the last vote has been cast.
        expect(row.least).toBeLessThanOrEqual(row.expected);
        expect(row.least).toBeGreaterThanOrEqual(row.expected - row.nodes / 2);
        expect(row.messages).toBeGreaterThan(row.expected * 0.9);
        expect(row.messages).toBeLessThan(row.expected * 1.6);
      }
    }
  });
});
