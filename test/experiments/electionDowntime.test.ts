import { describe, expect, it } from "vitest";
import { electionDowntime, failover } from "../../lib/experiments/electionDowntime.js";
import { readParameters, type RawParameters } from "../../lib/experiments/parameters.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import type { Cluster } from "../../lib/sim/cluster.js";

const row = (parameters: RawParameters = {}, trials = 400) => runExperiment(electionDowntime, parameters, { trials, seed: 1 }).rows[0]!;
const one = (parameters: RawParameters, seed: number) => failover(readParameters(electionDowntime.parameters, parameters), seed, { trace: true });
const numbers = (values: object) => Object.values(values) as number[];

describe("election-downtime (Raft, Figure 16)", () => {
  it("has a median within 6 % of the published 171 ms at 150–300 ms, and twice the same digits", () => {
    const first = row({ low: 150, high: 300 }, 1000);
    expect(Math.abs((first.p50 as number) - 171)).toBeLessThan(0.06 * 171);
    expect(row({ low: 150, high: 300 }, 1000)).toEqual(first);
  });

  it("has percentiles in order, and a mean between them", () => {
    const { mean, ...percentiles } = row();
    const values = numbers(percentiles);
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    expect(mean).toBeGreaterThan(percentiles.min as number);
    expect(mean).toBeLessThan(percentiles.max as number);
  });

  it("is never below the shortest timeout less one heartbeat interval", () => {
    expect(row({ low: 150, high: 300 }, 1000).min).toBeGreaterThan(75);
    expect(row({ low: 150, high: 300, crashPhase: "none" }, 400).min).toBeGreaterThan(150);
  });

  it("grows with the timeouts, and with a range too narrow for the latency", () => {
    const p99 = (low: number, high: number) => row({ low, high }).p99 as number;
    expect(p99(150, 155)).toBeGreaterThan(2 * p99(150, 300));
    expect(row({ low: 300, high: 600 }).p50).toBeGreaterThan(1.5 * (row({ low: 150, high: 300 }).p50 as number));
  });

  it("without a majority nobody is elected: every figure is null", () => {
    expect(numbers(row({ failed: 3, horizon: 2000 }, 20))).toEqual(Array(11).fill(null));
    expect(numbers(row({ failed: 5, horizon: 2000 }, 5))).toEqual(Array(11).fill(null));
    expect(numbers(row({ failed: 2 }, 50)).every((value) => value > 0)).toBe(true);
  });

  it("ends when every survivor has heard the new leader, whose log is not behind a majority's", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { downtime, crashed, cluster } = one({}, seed);
      expect(downtime, `seed ${seed}`).toBeCloseTo(cluster.now - crashed, 9);
      const leader = cluster.nodes.find(({ up, state }) => up && state.role === "leader")!;
      expect(cluster.nodes.filter(({ up }) => up).map(({ state }) => state.leader), `seed ${seed}`).toEqual(Array(4).fill(leader.id));
      expect(leader.disk.log.length, `seed ${seed}`).toBeGreaterThanOrEqual(2);
    }
  });

  it.each<[RawParameters, RegExp]>([
    [{ low: 300, high: 150 }, /low must not exceed high: got low 300 ms and high 150 ms/],
    [{ failed: 6 }, /failed must not exceed nodes: got 6 of 5/],
    [{ logLengths: "1,2" }, /one number for each of the 4 survivors: got 2/],
    [{ logLengths: "1,2,3,-4" }, /whole numbers from 0 to 10000: got -4/],
  ])("%j is refused", (parameters, message) => expect(() => row(parameters, 1)).toThrow(message));
});

const allFollow = (cluster: Cluster<Raft>) => {
  const term = Math.max(...cluster.outputs.map(({ output }) => output.term));
  return new Set(cluster.outputs.filter(({ output }) => output.term === term).map(({ node }) => node)).size === cluster.nodes.filter(({ up }) => up).length;
};

it("with pre-vote, downtime ends only when each survivor has reported, however often one of them did", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { downtime, cluster } = one({ preVote: "on", requestDelay: "0.3*constant:5+0.7*uniform:5,3000" }, seed);
    if (downtime !== null) expect(allFollow(cluster), `seed ${seed}`).toBe(true);
  }
});
