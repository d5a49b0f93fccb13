import { describe, expect, it } from "vitest";
import { clockSkewLoss } from "../../lib/experiments/clockSkewLoss.js";
import { gossipBytes } from "../../lib/experiments/gossipBytes.js";
import { gossipBytesOf } from "../../lib/experiments/gossipBytesOf.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { antiEntropyTrials } from "../../lib/experiments/trials/antiEntropy.js";

describe("gossip-bytes", () => {
  const { rows } = runExperiment(gossipBytes, { nodes: "4,16", changed: "0.02,1", keys: 50 });
  const of = (method: string, nodes: number, changed: number) => rows.find((row) => row.method === method && row.nodes === nodes && row.changed === changed)!;
  const field = (method: string, nodes: number, changed: number, name: string) => of(method, nodes, changed)[name] as number;

  it("makes all stores equal by every method, for no less than the bytes that must be received", () => {
    expect(rows).toHaveLength(16);
    for (const { time, overhead } of rows) {
      expect(time).toBeGreaterThan(0);
      expect(overhead).toBeGreaterThanOrEqual(1);
    }
  });

  it("whole stores take the most bytes, and most of all for what few keys need", () => {
    for (const nodes of [4, 16]) {
      for (const method of ["digests", "merkle", "deltas"]) for (const changed of [0.02, 1]) expect(field(method, nodes, changed, "bytes")).toBeLessThan(field("full", nodes, changed, "bytes"));
      expect(field("full", nodes, 0.02, "overhead")).toBeGreaterThan(10 * field("full", nodes, 1, "overhead"));
    }
  });

  it("at rest, a round costs whole stores, all digests, or next to nothing", () => {
    const rest = ["full", "digests", "merkle"].map((method) => field(method, 16, 0.02, "restBytes"));
    // 50 keys: two stores, 50 digests, one hash, for each round of a node.
    expect(Math.abs(rest[0]! / (2 * (40 + 50 * 128)) - 1)).toBeLessThan(0.2);
    expect(Math.abs(rest[1]! / (40 + 50 * 28) - 1)).toBeLessThan(0.2);
    expect(Math.abs(rest[2]! / 48 - 1)).toBeLessThan(0.2);
  });

  it("counts what a message is made of", () => {
    const sizes = { header: 1000, key: 100, value: 10, timestamp: 1, hash: 0.5 };
    const cell = { value: "x", timestamp: { time: 0, node: 0 }, seenBy: [] };
    expect(gossipBytesOf({ type: "Store", cells: { a: cell, b: cell }, answer: true }, sizes)).toBe(1222);
    expect(gossipBytesOf({ type: "Cells", exchange: 1, cells: { a: cell }, wants: ["b", "c"], opens: 2 }, sizes)).toBe(1311);
    expect(gossipBytesOf({ type: "Digests", exchange: 1, leaves: [3], digests: { a: { timestamp: cell.timestamp, hash: 1, seenBy: [] } } }, sizes)).toBe(1101.5);
    expect(gossipBytesOf({ type: "Hashes", nodes: [[1, 5], [2, 5]] }, sizes)).toBe(1002);
    expect(gossipBytesOf({ type: "Acknowledge", upTo: 3 }, sizes)).toBe(1000);
  });

  it("refuses what is no cluster size or share", () => {
    expect(() => runExperiment(gossipBytes, { nodes: "1" })).toThrow("nodes: expected whole numbers from 2 to 10000, such as 4,16");
    expect(() => runExperiment(gossipBytes, { changed: "0" })).toThrow("changed: expected shares above 0, up to 1, such as 0.01,1");
  });
});

describe("clock-skew-loss", () => {
  const { rows } = runExperiment(clockSkewLoss, { skew: "0,1000" }, { trials: 3 });
  const of = (skew: number, rule: string) => rows.find((row) => row.skew === skew && row.rule === rule)!;

  it("with clocks that differ, last-writer-wins loses writes that it answered and whose clients had read what they lost to", () => {
    expect(of(0, "physical clock").lostAtOnce).toBe(0);
    expect(of(1000, "physical clock").lostAtOnce).toBeGreaterThan(0.2);
    expect(of(1000, "physical clock").lost).toBeGreaterThan(2 * (of(0, "physical clock").lost as number));
  });

  it("a hybrid logical clock mends that, and not what writers lose who do not know of each other: Kulkarni et al. 2014", () => {
    expect(of(1000, "hybrid clock").lostAtOnce).toBe(0);
    expect(of(1000, "hybrid clock").lost).toBeGreaterThan(0);
    expect(Math.abs((of(1000, "hybrid clock").lost as number) - (of(0, "hybrid clock").lost as number))).toBeLessThan(0.1);
  });

  it("version vectors lose nothing, and keep more than one value under some keys: DeCandia et al. 2007, §4.4", () => {
    for (const skew of [0, 1000]) expect(of(skew, "version vectors").lost).toBe(0);
    expect(of(0, "version vectors").values).toBeGreaterThan(1);
  });

  it("refuses what is no skew", () => expect(() => runExperiment(clockSkewLoss, { skew: "-1" })).toThrow("skew: expected numbers from 0 to 1000000, such as 0,100"));
});

describe("the verdict on claim G.2", () => {
  const [trial] = antiEntropyTrials;
  const { verdict, condition, figures, because } = trial!.judge((parameters = {}) => runExperiment(trial!.experiment, Object.keys(parameters).length > 0 ? parameters : { nodes: "4,12", keys: 50 }).rows);

  it("is that better gossip saves bytes, and time only where a whole store takes long on its way", () => {
    expect(verdict).toBe("holds if");
    expect(condition).toContain("links are so slow that a whole store takes longer");
    for (const method of ["digest", "merkle", "delta"]) {
      expect(figures[`${method}BytesMost`]).toBeLessThan(1);
      expect(figures[`${method}TimeSlowLinks`]).toBeLessThan(1);
    }
    expect(figures.merkleTimeLongWays).toBeGreaterThan(1.2);
    expect(because).toMatch(/^Of the bytes that whole stores take until all are equal, digests took [\d.]+ % to [\d.]+ %/);
  });
});
