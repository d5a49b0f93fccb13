import { describe, expect, it } from "vitest";
import { bully } from "../../lib/election/bully.js";
import { simulate } from "../../lib/sim/cluster.js";

const started = (seed = 1) => {
  const cluster = simulate(bully({ delay: 10, ping: 50 }), { size: 5, seed, latency: "uniform:1,10" });
  cluster.run(200);
  return cluster;
};
const coordinators = (cluster: ReturnType<typeof started>) => cluster.nodes.map(({ up, state }) => (up ? state.coordinator : null));

describe("the bully algorithm (Garcia-Molina 1982)", () => {
  it("makes the highest node coordinator", () => expect(coordinators(started())).toEqual([4, 4, 4, 4, 4]));

  it("makes the next highest coordinator when one after the other crashes, and the highest again when it comes back", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = started(seed);
      cluster.crash(4);
      cluster.run(1000);
      expect(coordinators(cluster), `seed ${seed}`).toEqual([3, 3, 3, 3, null]);
      cluster.crash(3);
      cluster.run(2000);
      expect(coordinators(cluster), `seed ${seed}`).toEqual([2, 2, 2, null, null]);
      cluster.restart(4);
      cluster.run(3000);
      expect(coordinators(cluster), `seed ${seed}`).toEqual([4, 4, 4, null, 4]);
    }
  });

  it("goes on when the node that answered crashes before it has won", () => {
    const cluster = started();
    cluster.crash(4);
    expect(cluster.runUntil(() => cluster.nodes.some(({ state }) => state.role === "waiting"), 1000)).toBe(true);
    cluster.crash(3);
    cluster.run(2000);
    expect(coordinators(cluster)).toEqual([2, 2, 2, null, null]);
  });

  // What it does not promise, and says so: its premise is that nothing is ever cut or late.
  it("has two coordinators for good on a network that was cut", () => {
    const cluster = started();
    cluster.partition([[0, 1, 2]]);
    cluster.run(2000);
    cluster.heal();
    cluster.run(10_000);
    expect(coordinators(cluster)).toEqual([2, 2, 2, 4, 4]);
  });

  it("has two coordinators for a while where messages are later than it presumes", () => {
    const cluster = simulate(bully({ delay: 10 }), { size: 2, seed: 1, latency: "constant:30" });
    expect(cluster.runUntil(() => cluster.nodes.every(({ state }) => state.role === "coordinator"), 1000)).toBe(true);
  });

  it("refuses a delay of 0 ms", () => expect(() => bully({ delay: 0 })).toThrow(RangeError));
});
