import { describe, expect, it } from "vitest";
import { explore, formatPath, subjectOf } from "../../lib/check/explore/index.js";
import { leaderProbabilities, likeliest, spreadLoad } from "../../lib/election/parabolic/leaderProbability.js";
import { type Parabolic, parabolic } from "../../lib/election/parabolic/parabolic.js";
import { parabolicLiteral } from "../../lib/election/parabolic/parabolic.promises.js";
import { parabolicRepaired } from "../../lib/election/parabolic/parabolicRepaired.js";
import { parabolicWorlds } from "../../lib/experiments/parabolicWorlds.js";
import type { Invariant } from "../../lib/promises.js";
import { simulate } from "../../lib/sim/cluster.js";

const seeds = Array.from({ length: 40 }, (_, i) => i + 1);
const leaders = ({ nodes }: { readonly nodes: readonly { readonly id: number; readonly up: boolean; readonly state: { readonly role: string } }[] }) => nodes.filter(({ up, state }) => up && state.role === "leader").map(({ id }) => id);

const oneLeader: Invariant<Parabolic> = {
  name: "at most one leader at a time",
  source: "what the survey takes for granted",
  concerns: ({ state }) => state.role === "leader",
  overall: (nodes, facts) => facts.must(nodes.filter(({ state }) => state.role === "leader").length < 2, "two lead"),
};

describe("how probably a participant leads", () => {
  it("falls with the square of its distance from the least load, and adds up to 1", () => {
    const load = (node: number) => node / 10;
    const [a, b, c] = leaderProbabilities([3, 5, 8], load);
    expect(a! + b! + c!).toBeCloseTo(1, 12);
    expect(b! / a!).toBeCloseTo(1 - 0.2 * 0.2, 12);
    expect(c! / a!).toBeCloseTo(1 - 0.5 * 0.5, 12);
  });

  it("puts the least loaded first, of equals the lower id, and nobody of none", () => {
    expect(likeliest([2, 0, 1], spreadLoad)).toBe(1);
    expect(likeliest([4, 2, 3], () => 0.5)).toBe(2);
    expect(likeliest([], spreadLoad)).toBeNull();
  });

  it("whoever is put first has the highest probability, of every list", () => {
    for (let members = 1; members < 64; members++) {
      const list = [0, 1, 2, 3, 4, 5].filter((node) => members & (1 << node));
      const probabilities = leaderProbabilities(list, spreadLoad);
      expect(list[probabilities.indexOf(Math.max(...probabilities))]).toBe(likeliest(list, spreadLoad));
    }
  });
});

describe("the survey's PARABOLIC (section 3.1)", () => {
  it("elects whom all put first, as long as nobody goes, and then only the leader speaks", () => {
    for (const seed of seeds) {
      const types: string[] = [];
      const cluster = simulate(parabolic(), { size: 5, seed, latency: "uniform:1,10", observer: { sent: ({ id }, _to, { type }) => void types.push(`${type} of ${id}`) } });
      cluster.run(1000);
      expect(leaders(cluster), `seed ${seed}`).toEqual([4]);
      expect(cluster.nodes.every(({ state }) => state.leader === 4), `seed ${seed}`).toBe(true);
      types.length = 0;
      cluster.run(2000);
      expect(new Set(types), `seed ${seed}`).toEqual(new Set(["Leader of 4"]));
    }
  });

  it("elects another when the leader crashes, and lets the old one, back again, follow", () => {
    for (const seed of seeds) {
      const cluster = simulate(parabolic(), { size: 5, seed, latency: "uniform:1,10" });
      cluster.run(1000);
      cluster.crash(4);
      cluster.run(2000);
      expect(leaders(cluster), `seed ${seed}`).toEqual([1]);
      cluster.restart(4);
      cluster.run(3000);
      expect(cluster.nodes.map(({ state }) => state.leader), `seed ${seed}`).toEqual([1, 1, 1, 1, 1]);
    }
  });

  it("needs four steps to two leaders of three: the likeliest is given up before it has spoken", () => {
    const { violations } = explore({ ...subjectOf(parabolicLiteral), invariants: [oneLeader] }, { size: 3, timers: 3 });
    expect(violations[0]?.property).toBe("at most one leader at a time");
    expect(violations[0]!.path, formatPath(violations[0]!.path)).toHaveLength(4);
  });

  it.each([
    ["stays", 2],
    ["yields", 1],
  ] as const)("after a cut that is mended, if a leader that is told of another %s, there are in the end %i", (rival, count) => {
    const cluster = simulate(parabolic({ rival }), { size: 5, seed: 3, latency: "uniform:1,10" });
    cluster.run(1000);
    cluster.partition([[4], [0, 1, 2, 3]]);
    cluster.run(3000);
    expect(leaders(cluster)).toEqual([1, 4]);
    cluster.heal();
    cluster.run(20_000);
    expect(leaders(cluster)).toHaveLength(count);
  });

  it("refuses options out of range", () => {
    for (const options of [{ period: 0 }, { patience: [0, 5] as const }, { patience: [5, 4] as const }]) expect(() => parabolic(options)).toThrow(RangeError);
  });
});

describe("PARABOLIC, repaired", () => {
  it.each(parabolicWorlds.map((world) => [world.name, world] as const))("%s: keeps its promises in every order of events within the bounds", (_name, { subject, bounds }) => {
    const { complete, violations, unique } = explore(subject, bounds);
    expect([complete, violations]).toEqual([true, []]);
    expect(unique).toBeGreaterThan(2000);
  });

  it("takes nobody for the leader whom half of the nodes put first", () => {
    const cluster = simulate(parabolicRepaired(), { size: 4, seed: 1, latency: "uniform:1,10" });
    cluster.partition([[0, 1]]);
    cluster.run(20_000);
    expect(cluster.outputs).toEqual([]);
  });

  it("has one leader after a cut, and it is whom all put first", () => {
    for (const seed of seeds.slice(0, 10)) {
      const cluster = simulate(parabolicRepaired(), { size: 5, seed, latency: "uniform:1,10" });
      cluster.run(3000);
      expect(leaders(cluster), `seed ${seed}`).toEqual([4]);
      cluster.partition([[4]]);
      cluster.run(6000);
      expect(leaders(cluster), `seed ${seed}`).toEqual([1]);
      cluster.heal();
      cluster.run(10_000);
      expect(cluster.nodes.map(({ state }) => state.leader), `seed ${seed}`).toEqual([4, 4, 4, 4, 4]);
    }
  });

  it("refuses options out of range", () => {
    for (const options of [{ period: 0 }, { fanout: 0 }, { silence: 0 }, { settle: 1.5 }]) expect(() => parabolicRepaired(options)).toThrow(RangeError);
  });
});
