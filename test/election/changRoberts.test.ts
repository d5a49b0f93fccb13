import { describe, expect, it } from "vitest";
import { explore, subjectOf } from "../../lib/check/explore/index.js";
import { changRoberts } from "../../lib/election/changRoberts.js";
import { changRobertsRing } from "../../lib/election/changRoberts.promises.js";
import { simulate } from "../../lib/sim/cluster.js";

function orders(values: readonly number[]): number[][] {
  return values.length === 0 ? [[]] : values.flatMap((value, i) => orders(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));
}

function ring(numbers: readonly number[]) {
  let sent = 0;
  const cluster = simulate(changRoberts(), { size: numbers.length, seed: 1, latency: "uniform:1,10", disks: (node) => ({ stored: { number: numbers[node]! } }), observer: { sent: () => void sent++ } });
  cluster.run(10_000);
  return { sent, leaders: cluster.nodes.map(({ state }) => state.leader) };
}

describe("election on a ring (Chang and Roberts 1979)", () => {
  it("elects the greatest number in every order of four, of beginnings and of messages, one of them twice", () => {
    for (const numbers of orders([1, 2, 3]).map((rest) => [0, ...rest])) {
      const { complete, violations, reached } = explore({ ...subjectOf(changRobertsRing), disks: (node) => ({ stored: { number: numbers[node]! } }) }, { size: 4, duplicates: 1 });
      expect([complete, violations], numbers.join()).toEqual([true, []]);
      expect(reached["a leader"], numbers.join()).not.toBeNull();
    }
  });

  it("takes 2n − 1 messages where numbers rise along the ring, n(n + 1)/2 where they fall, and n to tell", () => {
    const rising = [0, 1, 2, 3, 4, 5, 6];
    expect(ring(rising)).toEqual({ sent: 13 + 7, leaders: Array(7).fill(6) });
    expect(ring(rising.toReversed())).toEqual({ sent: 28 + 7, leaders: Array(7).fill(6) });
  });

  it("takes n·H_n messages on average over all orders, and n to tell", () => {
    const all = orders([0, 1, 2, 3, 4, 5]);
    const mean = all.reduce((sum, numbers) => sum + ring(numbers).sent, 0) / all.length;
    expect(mean).toBeCloseTo(6 * (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5 + 1 / 6) + 6, 9);
  });

  // What it does not promise, and says so.
  it("elects nobody once messages are lost, or a node has crashed", () => {
    const lossy = simulate(changRoberts(), { size: 5, seed: 1, loss: 1 });
    lossy.run(10_000);
    expect(lossy.nodes.map(({ state }) => state.leader)).toEqual([null, null, null, null, null]);
    const dead = simulate(changRoberts({ startWithin: 100 }), { size: 5, seed: 1, latency: "constant:5" });
    dead.crash(2);
    dead.run(10_000);
    expect(dead.nodes.map(({ state }) => state.leader)).toEqual([null, null, null, null, null]);
  });

  it("refuses a time below 0 ms", () => expect(() => changRoberts({ startWithin: -1 })).toThrow(RangeError));
});
