import { describe, expect, it } from "vitest";
import { confirmedTimeout, suspicionTimeout } from "../../../lib/gossip/membership/suspicion.js";
import { lifeguard, swim } from "../../../lib/gossip/membership/swim.js";
import type { Swim, SwimOptions } from "../../../lib/gossip/membership/types.js";
import { parseDistribution } from "../../../lib/random.js";
import { simulate } from "../../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../../lib/sim/options.js";

const RULES = { period: 200, pingTimeout: 60 } as const;
const start = (size: number, options: SwimOptions = {}, more: Partial<ClusterOptions<Swim>> = {}) => simulate(lifeguard({ ...RULES, joined: size, ...options }), { size, seed: 5, ...more });

describe("how long a suspicion lasts", () => {
  it("is 3⌈ln(n + 1)⌉ periods in SWIM's experiments (§5), and at least 4 in memberlist, more from 10 members on", () => {
    const swimTimes = [10, 50, 60].map((n) => suspicionTimeout(n, { suspicion: 3, logarithm: "natural", period: 1 }));
    expect(swimTimes).toEqual([9, 12, 15]);
    const lan = [2, 10, 100, 1000].map((n) => suspicionTimeout(n, { suspicion: 4, logarithm: "decimal", period: 1 }));
    lan.forEach((time, i) => expect(time).toBeCloseTo([4, 4, 8, 12][i]!, 9));
  });

  it("falls with every confirmation from the longest time to the shortest, first fastest (Lifeguard)", () => {
    const times = [0, 1, 2, 3].map((confirmed) => confirmedTimeout({ confirmed, expected: 3, shortest: 4, longest: 24 }));
    expect(times[0]).toBe(24);
    // log 2 / log 4 is a half.
    expect(times[1]).toBeCloseTo(14, 9);
    expect(times[3]).toBeCloseTo(4, 9);
    expect(times[0]! - times[1]!).toBeGreaterThan(times[1]! - times[2]!);
    expect(confirmedTimeout({ confirmed: 9, expected: 3, shortest: 4, longest: 24 })).toBe(4);
    expect(confirmedTimeout({ confirmed: 0, expected: 0, shortest: 4, longest: 24 })).toBe(4);
  });
});

describe("a node's doubt of itself (Lifeguard)", () => {
  it("grows where it hears nobody, up to its bound, and it goes slower; it is gone soon after", () => {
    const cluster = start(6);
    cluster.run(1000);
    cluster.command({ type: "isolate", node: 0 });
    cluster.run(9000);
    expect(cluster.nodes[0]!.state.health).toBe(7);
    cluster.heal();
    cluster.run(25_000);
    expect(cluster.nodes.map(({ state }) => state.health)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("stays where it is if helpers say that they hear nothing either: it is the other that is silent", () => {
    const highest = new Map<number, number>();
    const cluster = start(8, {}, { observer: { acted: ({ id, state }) => void highest.set(id, Math.max(highest.get(id) ?? 0, state.health)) } });
    cluster.run(1000);
    cluster.crash(7);
    cluster.run(3000);
    expect(cluster.outputs.some(({ output }) => output.member === 7 && output.status === "suspect")).toBe(true);
    for (let id = 0; id < 7; id++) expect(highest.get(id), `node ${id}`).toBe(0);
  });
});

describe("the dead of a node that is slow", () => {
  /** What is for node 0 waits long until it is handled; how often one of the others, all well, is taken for dead. */
  const falseDeaths = (protocol: typeof swim) => {
    const slow = parseDistribution("uniform:100,900");
    const quick = parseDistribution("uniform:1,10");
    const cluster = simulate(protocol({ ...RULES, joined: 12, suspicion: 4, logarithm: "decimal", sync: Infinity }), { size: 12, seed: 9, latency: (_from, to) => (to === 0 ? slow : quick) });
    cluster.run(60_000);
    return cluster.outputs.filter(({ output }) => output.status === "dead" && output.member !== 0).length;
  };

  it("are fewer with Lifeguard than without: it is patient with others, and waits for confirmations", () => {
    const [plain, guarded] = [falseDeaths(swim), falseDeaths(lifeguard)];
    expect(plain).toBeGreaterThan(20);
    expect(guarded).toBeLessThan(plain / 10);
  });
});

it("a suspect hears of the suspicion with the next ping (the buddy system)", () => {
  const accusing: number[] = [];
  const cluster = start(4, {}, { observer: { sent: (_from, to, { type, updates }) => void (type === "Ping" && updates.some(({ member, status }) => member === to && status === "suspect") && accusing.push(to)) } });
  cluster.run(1000);
  cluster.command({ type: "isolate", node: 3 });
  cluster.run(3000);
  cluster.heal();
  cluster.run(8000);
  expect(accusing).toContain(3);
  expect(cluster.nodes[3]!.state.incarnation).toBeGreaterThan(0);
  expect(cluster.nodes.slice(0, 3).map(({ state }) => state.known[3]?.status)).toEqual(["alive", "alive", "alive"]);
});

it("a crashed member is dead to all sooner where several confirm the suspicion", () => {
  const until = (unconfirmed: boolean) => {
    const cluster = start(20, unconfirmed ? { confirmations: 15 } : {});
    cluster.run(1000);
    cluster.crash(0);
    cluster.runUntil(() => cluster.nodes.slice(1).every(({ state }) => state.known[0]?.status === "dead"), 60_000);
    return cluster.now;
  };
  expect(until(false)).toBeLessThan(until(true));
});
