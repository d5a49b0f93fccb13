import { describe, expect, it } from "vitest";
import { printedGossip } from "../../../lib/gossip/rumor/printedGossip.js";
import { surveyedGossip, type SurveyedGossipOptions } from "../../../lib/gossip/rumor/surveyedGossip.js";
import { simulate } from "../../../lib/sim/cluster.js";

describe("the survey's synchronization by gossip (its section 3.2), literally", () => {
  const start = (size: number, options: SurveyedGossipOptions, seed = 1) => {
    const cluster = simulate(surveyedGossip(options), { size, seed, latency: "uniform:1,10" });
    cluster.input(0, { version: 1 });
    return cluster;
  };
  const allHeard = (cluster: ReturnType<typeof start>) => cluster.runUntil(() => cluster.nodes.every(({ state }) => state.updates > 0), 1e6);
  const stale = (cluster: ReturnType<typeof start>) => cluster.nodes.filter(({ state }) => state.version === 0).length;

  it("if nodes update on receipt, nobody is behind when all have heard from most of their neighbours", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const cluster = start(20, { update: "on receipt" }, seed);
      expect(allHeard(cluster)).toBe(true);
      expect(stale(cluster), `seed ${seed}`).toBe(0);
    }
  });

  it("if they wait for the majority, some are, and a second majority or a third is needed", () => {
    const clusters = Array.from({ length: 30 }, (_, seed) => start(20, { update: "at a majority" }, seed + 1));
    for (const cluster of clusters) allHeard(cluster);
    expect(clusters.filter((cluster) => stale(cluster) > 0).length).toBeGreaterThan(10);
    for (const cluster of clusters) expect(cluster.runUntil(() => stale(cluster) === 0, 1e6)).toBe(true);
  });

  it("a node that waits hears what is newer, and goes on sending what it had", () => {
    const cluster = start(5, { update: "at a majority", most: 0.9 });
    cluster.runUntil(() => cluster.nodes.some(({ id, state }) => id > 0 && state.newest === 1), 1e6);
    const waiting = cluster.nodes.find(({ id, state }) => id > 0 && state.newest === 1)!;
    expect(waiting.state.version).toBe(waiting.state.updates > 0 ? 1 : 0);
  });

  it("says what is out of range", () => {
    expect(() => surveyedGossip({ period: 0 })).toThrow("expected a period above 0 ms, not 0");
    expect(() => surveyedGossip({ most: 1 })).toThrow("expected a share from 0 and below 1, not 1");
  });
});

describe("the gossip that the survey prints (its Appendix F)", () => {
  const run = (options: Parameters<typeof printedGossip>[0], ms: number) => {
    const cluster = simulate(printedGossip(options), { size: 4, seed: 1, latency: "constant:5" });
    cluster.input(2, { version: 1 });
    cluster.run(ms);
    return cluster.nodes.map(({ state }) => state.version);
  };

  it("as printed, nothing that is sent is ever received", () => expect(run({}, 1e6)).toEqual([0, 0, 1, 0]));
  it("nothing is sent before the first ten seconds are over", () => expect([run({ receives: true }, 10_004), run({ receives: true }, 10_005)]).toEqual([[0, 0, 1, 0], [1, 0, 1, 0]]));
  it("received at the one address, it stays there", () => expect(run({ receives: true }, 1e6)).toEqual([1, 0, 1, 0]));
  it("sent to the next node, it goes round one period a node", () => expect([run({ receives: true, to: "next" }, 10_100), run({ receives: true, to: "next" }, 30_100)]).toEqual([[0, 0, 1, 1], [1, 1, 1, 1]]));
  it("sent to random nodes, with answers or without, it comes to all", () => {
    expect(run({ receives: true, to: "random" }, 1e6)).toEqual([1, 1, 1, 1]);
    expect(run({ receives: true, to: "random", answers: true }, 1e6)).toEqual([1, 1, 1, 1]);
  });
  it("says what is out of range", () => expect(() => printedGossip({ period: -1 })).toThrow("expected a period above 0 ms, not -1"));
});
