import { describe, expect, it } from "vitest";
import { explore, formatPath, subjectOf } from "../../lib/check/explore/index.js";
import { type GossipElection, gossipElection, type GossipElectionOptions } from "../../lib/election/gossipElection.js";
import { gossipElectionLiteral } from "../../lib/election/gossipElection.promises.js";
import { chosenBy, gossipElectionRepaired } from "../../lib/election/gossipElectionRepaired.js";
import { gossipElectionRepairedPromises } from "../../lib/election/gossipElectionRepaired.promises.js";
import { drawSome } from "../../lib/election/drawSome.js";
import type { Invariant } from "../../lib/promises.js";
import { createRandom } from "../../lib/random.js";
import { simulate } from "../../lib/sim/cluster.js";

const elected = (options: GossipElectionOptions, size: number, seed: number) => {
  const cluster = simulate(gossipElection(options), { size, seed, latency: "uniform:1,10" });
  cluster.run(3000);
  return cluster;
};
const seeds = Array.from({ length: 100 }, (_, i) => i + 1);

const oneLeader: Invariant<GossipElection> = {
  name: "at most one leader",
  source: "what the survey takes for granted",
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader", "of all", id);
  },
};

describe("the survey's election by gossip (section 2.1)", () => {
  it("needs four steps to elect two leaders of two nodes, and seven to elect two of three that send to all", () => {
    for (const [size, fanout, steps] of [[2, 1, 4], [3, 2, 7]] as const) {
      const subject = { ...subjectOf({ ...gossipElectionLiteral, invariants: [oneLeader] }, gossipElection({ fanout })) };
      const { violations } = explore(subject, { size, timersPerNode: 1 });
      expect(violations[0]?.property).toBe("at most one leader");
      expect(violations[0]!.path, formatPath(violations[0]!.path)).toHaveLength(steps);
    }
  });

  it("falls silent once all know of a leader, also where these are several", () => {
    const leaders = new Set<number>();
    for (const seed of seeds) {
      const cluster = elected({ fanout: 2 }, 5, seed);
      expect(cluster.nextTime, `seed ${seed}`).toBe(Infinity);
      leaders.add(cluster.nodes.filter(({ state }) => state.role === "leader").length);
    }
    expect(Math.min(...leaders)).toBe(1);
    expect(Math.max(...leaders)).toBeGreaterThan(1);
  });

  it("is left without a leader, if leaders yield to each other", () => {
    const counts = seeds.map((seed) => elected({ fanout: 2, rival: "yields", startWithin: 0 }, 5, seed).nodes.filter(({ state }) => state.role === "leader").length);
    expect(new Set(counts)).toEqual(new Set([0, 1]));
  });

  it("counted per round with one message a round, never elects two, and of twenty nodes none", () => {
    for (const seed of seeds) {
      expect(elected({ window: "round" }, 5, seed).nodes.filter(({ state }) => state.role === "leader").length, `seed ${seed}`).toBeLessThan(2);
      if (seed <= 20) expect(elected({ window: "round" }, 20, seed).outputs, `seed ${seed}`).toEqual([]);
    }
  });

  it("learns of neighbours that it did not know", () => {
    const cluster = simulate(gossipElection({ neighbours: 1, window: "round", period: 10 }), { size: 6, seed: 1, latency: "constant:1" });
    expect(cluster.nodes.map(({ state }) => state.neighbours)).toEqual([[1], [2], [3], [4], [5], [0]]);
    const known = () => cluster.nodes.map(({ state }) => state.neighbours.length);
    cluster.run(1000);
    expect(Math.max(...known())).toBeGreaterThan(1);
  });

  it("refuses options out of range", () => {
    for (const options of [{ period: 0 }, { fanout: 0 }, { fanout: 1.5 }, { neighbours: 0 }, { startWithin: -1 }]) expect(() => gossipElection(options)).toThrow(RangeError);
  });
});

describe("the election by gossip, repaired", () => {
  it.each([
    [{ timers: 5 }, "two leaders at once, in different epochs"],
    [{ timers: 4, crashes: 1, midWrite: true }, "a vote kept through a crash"],
  ] as const)("keeps its promises in every order of messages and timers of three nodes that send to all, within %j", (bounds, sometimes) => {
    const { complete, violations, reached } = explore(gossipElectionRepairedPromises, { size: 3, ...bounds });
    expect(violations).toEqual([]);
    expect(complete).toBe(true);
    expect(reached[sometimes]).not.toBeNull();
  });

  it("replaces a leader that has crashed, and takes it back as a follower", () => {
    for (const seed of seeds.slice(0, 20)) {
      const cluster = simulate(gossipElectionRepaired(), { size: 5, seed, latency: "uniform:1,10" });
      cluster.run(5000);
      const [old] = cluster.nodes.filter(({ state }) => state.role === "leader");
      cluster.crash(old!.id);
      cluster.run(10_000);
      cluster.restart(old!.id);
      cluster.run(15_000);
      const leaders = cluster.nodes.map(({ state }) => state.leader);
      expect(new Set(leaders).size, `seed ${seed}`).toBe(1);
      expect(leaders[0], `seed ${seed}`).not.toBe(old!.id);
      expect(leaders[0], `seed ${seed}`).not.toBeNull();
    }
  });

  it("elects nobody with half of the nodes", () => {
    const cluster = simulate(gossipElectionRepaired(), { size: 4, seed: 1, latency: "uniform:1,10" });
    cluster.partition([[0, 1]]);
    cluster.run(20_000);
    expect(cluster.outputs).toEqual([]);
    expect(chosenBy([0, 0, null, null])).toBeNull();
    expect(chosenBy([1, 0, 0, 0])).toBe(0);
  });

  it("refuses options out of range", () => {
    for (const options of [{ period: 0 }, { fanout: 0 }, { patience: [0, 5] as const }, { patience: [5, 4] as const }]) expect(() => gossipElectionRepaired(options)).toThrow(RangeError);
  });
});

it("some of a list are drawn without repetition, each equally often", () => {
  const random = createRandom(1);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 5000; i++) {
    const some = drawSome([0, 1, 2, 3, 4], 2, random);
    expect(new Set(some).size).toBe(2);
    for (const value of some) counts[value]!++;
  }
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(150);
  expect(drawSome([1, 2], 5, random)).toEqual([1, 2]);
});
