import { describe, expect, it } from "vitest";
import { boundedLoad } from "../../lib/experiments/boundedLoad.js";
import { chordPath } from "../../lib/experiments/chordPath.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { keyMovement } from "../../lib/experiments/keyMovement.js";
import { loadFactor, pollaczekKhinchine } from "../../lib/experiments/loadFactor.js";
import { maglevDisruption } from "../../lib/experiments/maglevDisruption.js";
import { ringConvention } from "../../lib/experiments/ringConvention.js";
import { ringLoad } from "../../lib/experiments/ringLoad.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { slots } from "../../lib/experiments/slots.js";

const rowsOf = (experiment: Experiment<any, any>, parameters: Record<string, string | number> = {}, trials?: number) =>
  runExperiment(experiment, parameters, { seed: 3, ...(trials !== undefined && { trials }) }).rows as readonly Record<string, any>[];
const rowOf = (experiment: Experiment<any, any>, parameters: Record<string, string | number> = {}, trials?: number) => rowsOf(experiment, parameters, trials)[0]!;

/** Names, flags and rows that others rely on. */
it.each<[string, Experiment<any, any>, string[], string[]]>([
  ["ring-load", ringLoad, ["nodes", "points", "keys"], ["p1", "p50", "p99", "max", "mean", "relativeDeviation"]],
  ["chord-path", chordPath, ["nodes"], ["mean", "p1", "p99", "share"]],
  ["key-movement", keyMovement, ["scheme", "from", "to", "keys"], ["moved", "least"]],
  ["maglev-disruption", maglevDisruption, ["backends", "table", "failed"], ["changed", "changedAlive"]],
])("%s has its flags and its row", (name, experiment, flags, row) => {
  expect(experiment.name).toBe(name);
  expect(Object.keys(experiment.parameters)).toEqual(expect.arrayContaining(flags));
  expect(Object.keys(experiment.row)).toEqual(row);
});

describe("ring-load", () => {
  it.each([1, 10, 100])("shares with %i points a node deviate by 1/√k, more exactly √((n − 1) / (nk + 1))", (points) => {
    const { relativeDeviation, mean } = rowOf(ringLoad, { nodes: 200, points, keys: 2000 }, points === 100 ? 10 : 30);
    expect(Math.abs(relativeDeviation / Math.sqrt(199 / (200 * points + 1)) - 1)).toBeLessThan(0.06);
    expect(mean).toBe(10);
  });

  it("tells the deviation of the shares for schemes whose shares are only seen through keys", () => {
    expect(rowOf(ringLoad, { nodes: 20, keys: 20_000, scheme: "jump" }, 20).relativeDeviation).toBeLessThan(0.02);
    const bounded = rowOf(ringLoad, { nodes: 20, keys: 20_000, scheme: "bounded", c: 1.25, points: 1 });
    expect(bounded.max).toBe(1250);
  });

  it("refuses what does not fit", () => {
    expect(() => rowOf(ringLoad, { scheme: "maglev", table: 65536 })).toThrow("table: expected a prime number, such as 65537, not 65536");
    expect(() => rowOf(ringLoad, { scheme: "slots", slots: 50 })).toThrow("50 slots are too few for 100 nodes");
  });
});

describe("chord-path (Stoica et al. 2001, Figure 10)", () => {
  it("takes about ½ log₂ n hops, one more to the owner", () => {
    const [small, large] = [rowOf(chordPath, { nodes: 256, lookups: 4000 }), rowOf(chordPath, { nodes: 4096, lookups: 4000 })];
    expect(Math.abs(large.mean - small.mean - 2)).toBeLessThan(0.06);
    expect(Math.abs(large.mean - 6)).toBeLessThan(0.25);
    expect(large.share.reduce((sum: number, part: number) => sum + part, 0)).toBeCloseTo(1, 9);
    expect(large.p1).toBeLessThan(large.mean);
    expect(large.p99).toBeGreaterThan(large.mean);
    expect(rowOf(chordPath, { nodes: 256, lookups: 4000, counted: "owner" }).mean).toBeCloseTo(small.mean + 1, 9);
    expect(rowOf(chordPath, { nodes: 1, lookups: 10 }, 1)).toEqual({ mean: 0, p1: 0, p99: 0, share: [1] });
  });
});

describe("key-movement", () => {
  it.each([["jump", 0], ["rendezvous", 0], ["slots", 0.01], ["ring", 0.12], ["multi-probe", 0.25], ["maglev", 0.25]] as const)("%s moves about (m − n) / m of the keys from n to m nodes, and back", (scheme, slack) => {
    for (const [from, to] of [[10, 12], [12, 10]] as const) {
      const { moved, least } = rowOf(keyMovement, { scheme, from, to, keys: 20_000 }, 5);
      expect(least).toBeCloseTo(1 / 6, 12);
      expect(Math.abs(moved / least - 1)).toBeLessThan(slack + 0.03);
    }
  });

  it("by the hash modulo the number of nodes is 5/6 from 10 to 12", () => expect(Math.abs(rowOf(keyMovement, { scheme: "modulo", keys: 20_000 }).moved - 5 / 6)).toBeLessThan(0.005));
  it("is none where nobody comes or goes", () => expect(rowOf(keyMovement, { scheme: "maglev", from: 5, to: 5 })).toEqual({ moved: 0, least: 0 }));
});

describe("maglev-disruption", () => {
  it("moves entries of backends that are alive too, the fewer the larger the table", () => {
    const [small, large] = [1009, 65537].map((table) => rowOf(maglevDisruption, { backends: 50, table, failed: 0.04 }));
    expect(small!.changedAlive).toBeGreaterThan(0);
    expect(large!.changedAlive).toBeLessThan(small!.changedAlive);
    expect(Math.abs(large!.changed - (0.04 + 0.96 * large!.changedAlive))).toBeLessThan(0.001);
    expect(rowOf(maglevDisruption, { backends: 50, table: 1009, failed: 0 })).toEqual({ changed: 0, changedAlive: 0 });
    expect(() => rowOf(maglevDisruption, { failed: 1 })).toThrow("at least one");
  });
});

describe("bounded-load", () => {
  it.each([1, 1.1, 2])("keeps every node at its capacity or below, c = %f", (c) => {
    const { capacity, max, above, displaced, ringMax } = rowOf(boundedLoad, { c, keys: 5000 }, 4);
    expect(capacity).toBe(Math.ceil(c * 50 - 1e-9));
    expect(above).toBe(0);
    expect(max).toBeLessThanOrEqual(capacity);
    expect(ringMax).toBeGreaterThan(capacity);
    expect(displaced).toBeGreaterThan(0);
  });
});

describe("slots", () => {
  it("move as few as must, and keys with them; with one hash tag all keys are in one place", () => {
    const row = rowOf(slots, { keys: 5000 });
    expect(row).toMatchObject({ fewest: 4096, most: 4096, movedSlots: 0.25, leastSlots: 0.25 });
    expect(row.maxOverMean).toBeLessThan(1.06);
    expect(rowOf(slots, { tagged: 1, tags: 1, keys: 2000 }).maxOverMean).toBe(4);
  });
});

describe("ring-convention", () => {
  it("is as even and moves as little by both, and agrees on about one key in n", () => {
    const [before, after] = rowsOf(ringConvention, {}, 10);
    for (const row of [before!, after!]) {
      expect(row.joinStrayed).toBe(0);
      expect(row.leaveStrayed).toBe(0);
      expect(Math.abs(row.joinMoved - 1 / 11)).toBeLessThan(0.01);
    }
    expect(Math.abs(after!.agreed - 0.1)).toBeLessThan(0.02);
  });
});

describe("load-factor (Pollaczek and Khinchine)", () => {
  it.each([["exp:1", 1], ["constant:3", 0], ["uniform:0,2", 1 / 3], ["0.9*exp:1.8+0.1*exp:0.2", 41 / 9]])("the queue with service %s agrees with the formula; C² is %f", (service, variation) => {
    for (const row of rowsOf(loadFactor, { service, alphas: "0.3,0.6,0.8", requests: 100_000 }, 5)) {
      expect(Math.abs(row.variation - variation)).toBeLessThan(0.05 * (variation || 1));
      expect(Math.abs(row.simulated / row.formula - 1)).toBeLessThan(0.05);
      expect(Math.abs(row.formula / pollaczekKhinchine(row.alpha, variation) - 1)).toBeLessThan(0.03);
    }
  });

  it("is 1 / (1 − α) where service is exponential, and needs a load below the capacity", () => {
    for (const alpha of [0.1, 0.5, 0.9]) expect(pollaczekKhinchine(alpha, 1)).toBeCloseTo(1 / (1 - alpha), 12);
    expect(() => rowsOf(loadFactor, { alphas: "0.5,1" })).toThrow("below 1");
  });
});
