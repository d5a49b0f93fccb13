import { describe, expect, it } from "vitest";
import type { Experiment } from "../../lib/experiments/experiment.js";
import type { RawParameters } from "../../lib/experiments/parameters.js";
import { partialConnectivity } from "../../lib/experiments/partialConnectivity.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";

const experiment = partialConnectivity as unknown as Experiment;
const rows = (parameters: RawParameters = {}, trials = 10) => runExperiment(experiment, parameters, { trials, seed: 3 }).rows as readonly Record<string, any>[];

it("gives rows with exactly the fields it documents, twice the same", () => {
  const found = rows({}, 3);
  for (const row of found) {
    expect(Object.keys(row).sort()).toEqual(Object.keys(experiment.row).sort());
    for (const value of Object.values(row)) expect(value === undefined || Number.isNaN(value), JSON.stringify(row)).toBe(false);
  }
  expect(rows({}, 3)).toEqual(found);
});

describe("a network whose links fail in part (thesis §9.6 and §6.2)", () => {
  const found = rows();
  const of = (topology: string, options: string) => found.find((row) => row.topology === topology && row.options === options)!;

  it("a star whose leader is a leaf: pre-vote alone leaves a majority without a leader for ever", () => {
    expect(of("star", "pre-vote")).toMatchObject({ helpless: 1, never: 1, terms: 0, settled: null });
    expect(of("star", "pre-vote").leaderless).toBeGreaterThan(0.9);
  });

  it("check-quorum heals that: the leader steps down, and the hub is elected", () => {
    for (const options of ["check-quorum", "both", "neither"]) {
      expect(of("star", options).never).toBe(0);
      expect(of("star", options).settled).toBeLessThan(3000);
    }
    expect(of("star", "both").terms).toBeLessThan(of("star", "check-quorum").terms);
  });

  it("a bridge and a ring: without either there is one election after the other; pre-vote ends that", () => {
    for (const topology of ["bridge", "ring"]) {
      expect(of(topology, "neither").terms).toBeGreaterThan(5);
      for (const options of ["pre-vote", "both"]) expect(of(topology, options)).toMatchObject({ leaderless: 0, terms: 0, settled: 0 });
    }
  });

  it("of three nodes a bridge and a star are the same chain", () => {
    const three = rows({ nodes: 3 }, 5);
    const chain = (topology: string) => three.find((row) => row.topology === topology && row.options === "neither")!;
    for (const topology of ["star", "bridge"]) expect(chain(topology).runs).toBe(5);
  });

  it("an even number of nodes is refused", () => expect(() => rows({ nodes: 4 }, 1)).toThrow(/odd number/));
});
