import { describe, expect, it } from "vitest";
import { AllStatesColumns } from "../../../lib/gossip/rumor/allStatesColumns.js";
import { AntiEntropyColumns, type Exchange } from "../../../lib/gossip/rumor/antiEntropyColumns.js";
import { rumorMongering } from "../../../lib/gossip/rumor/rumorMongering.js";
import type { RumorMongering } from "../../../lib/gossip/rumor/types.js";
import { createRandom, deriveSeed } from "../../../lib/random.js";
import { simulate } from "../../../lib/sim/cluster.js";
import { sameDistribution } from "./twoSamples.js";

const EXCHANGES = ["push", "pull", "push-pull"] as const;
const oneNew = (n: number) => Uint32Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0));

describe("anti-entropy in columns (Demers et al. 1987, §1.3)", () => {
  it.each(EXCHANGES)("%s: the newest of several versions reaches all", (exchange) => {
    const columns = new AntiEntropyColumns(Uint32Array.from({ length: 1000 }, (_, i) => i % 7), exchange, createRandom(1));
    columns.write(500);
    expect(columns.stale).toBe(999);
    columns.run();
    expect(new Set(columns.versions)).toEqual(new Set([7]));
    columns.write(3);
    expect([columns.stale, columns.versions[3]]).toEqual([999, 8]);
  });

  it.each(EXCHANGES)("%s takes as many cycles as the readable engine, at 24 sites", (exchange) => {
    const columns = Array.from({ length: 1600 }, (_, seed) => new AntiEntropyColumns(oneNew(24), exchange, createRandom(deriveSeed(2, seed))).run().cycle);
    const sites = Array.from({ length: 400 }, (_, seed) => cyclesBySite(24, exchange, deriveSeed(3, seed)));
    expect(sameDistribution(sites, columns)).toBeGreaterThan(0.001);
  });

  /** Anti-entropy alone: nobody calls with rumours, and all compare at the same moments. */
  function cyclesBySite(size: number, exchange: Exchange, seed: number): number {
    const inStep = rumorMongering({ period: 1e9, antiEntropy: { period: 1000, exchange, rekindle: false } });
    const cluster = simulate<RumorMongering>({ ...inStep, onStart: (_state, context) => context.setTimer("anti-entropy", 1000) }, { size, seed, latency: "constant:1", digest: false });
    cluster.input(0, { type: "write", key: "x", value: 1 });
    cluster.runUntil(() => cluster.nodes.every(({ state }) => state.items.x), Infinity);
    return Math.floor(cluster.now / 1000);
  }

  it("pulling squares the share that is behind, pushing divides it by e", () => {
    const [pull, push] = (["pull", "push"] as const).map((exchange) => {
      const columns = new AntiEntropyColumns(Uint32Array.from({ length: 100_000 }, (_, i) => (i % 20 === 0 ? 0 : 1)), exchange, createRandom(7));
      columns.step();
      return columns.stale / 100_000;
    });
    expect(pull! / 0.0025).toBeCloseTo(1, 0);
    expect(push! / (0.05 * Math.exp(-0.95))).toBeCloseTo(1, 1);
  });

  it("a hundred thousand sites are in step after as many cycles as a rumour takes", () => {
    const columns = new AntiEntropyColumns(oneNew(100_000), "push-pull", createRandom(1)).run();
    expect(columns.stale).toBe(0);
    expect(columns.cycle).toBeLessThan(17);
  });

  it("says what is out of range", () => {
    expect(() => new AntiEntropyColumns(new Uint32Array(1), "push", createRandom(1))).toThrow("expected 2 sites or more, not 1");
    expect(() => new AntiEntropyColumns(new Uint32Array(3), "push", createRandom(1)).write(3)).toThrow("expected a site from 0 to 2, not 3");
  });
});

describe("everybody reports to everybody, in columns", () => {
  it.each([2, 3, 33, 100])("%i sites: all know all states in a few rounds, with two messages an exchange", (n) => {
    const columns = new AllStatesColumns(n, createRandom(n)).run();
    expect(columns.known).toBe(n * n);
    expect(columns.messages).toBe(2 * n * columns.cycle);
    expect(columns.cycle).toBeLessThan(4 + 2 * Math.log(n));
    // Each state has to come to n − 1 others, in some message.
    expect(columns.states).toBeGreaterThanOrEqual(n * (n - 1));
  });

  it("says what is out of range", () => expect(() => new AllStatesColumns(1, createRandom(1))).toThrow("expected 2 sites or more, not 1"));
});
