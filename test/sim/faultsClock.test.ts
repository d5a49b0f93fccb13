import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Protocol } from "../../lib/protocol.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import { puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}) => simulate(puppet(), { size: 3, seed: 1, latency: "constant:5", trace: true, ...options });
/** What each node's clock shows `at` this time. */
const clocks = (run: Cluster<Puppet>, at: number) => {
  run.run(at - 5);
  for (const { id } of run.nodes) run.input(id, [{ send: id, message: "tick" }]);
  run.run(at);
  return run.nodes.map(({ state }) => Number(state.heard.at(-1)!.split(" ")[0]));
};
/** At which times timers of a node fired. */
const fired = (run: Cluster<Puppet>) => [...run.trace!].filter(({ kind }) => kind === "timer").map(({ time }) => time);

describe("clock skew", () => {
  it("sets every node's clock off by exactly what was drawn for it, once; there is none by default", () => {
    expect(clocks(cluster(), 1000)).toEqual([1000, 1000, 1000]);
    expect(clocks(cluster({ clockSkew: "constant:250" }), 1000)).toEqual([1250, 1250, 1250]);
    expect(clocks(cluster({ clockSkew: "constant:-250" }), 1000)).toEqual([750, 750, 750]);
    const run = cluster({ clockSkew: "uniform:-100,100", size: 50 });
    const off = clocks(run, 1000).map((time) => time - 1000);
    expect(new Set(off).size).toBe(50);
    expect(off.every((by) => by >= -100 && by <= 100)).toBe(true);
    clocks(run, 5000).forEach((time, i) => expect(time - 5000).toBeCloseTo(off[i]!, 9));
  });

  it("moves no timer", () => {
    const run = cluster({ clockSkew: "constant:250" });
    run.input(0, [{ setTimer: "t", delay: 70 }]);
    run.run(100);
    expect(fired(run)).toEqual([70]);
  });
});

describe("clock drift", () => {
  it("runs a clock faster by its parts per million, and its timers as much too early", () => {
    const run = cluster({ clockDrift: "constant:250000" });
    run.input(0, [{ setTimer: "t", delay: 100, then: [{ setTimer: "u", delay: 50 }] }]);
    expect(clocks(run, 1000)).toEqual([1250, 1250, 1250]);
    expect(fired(run)).toEqual([80, 120]);
    expect(run.nodes[0]!.state.fired).toEqual(["100 t", "150 u"]);
  });

  it("runs a clock slower, and its timers late", () => {
    const run = cluster({ clockDrift: "constant:-500000" });
    run.input(0, [{ setTimer: "t", delay: 100 }]);
    expect(clocks(run, 1000)).toEqual([500, 500, 500]);
    expect(fired(run)).toEqual([200]);
  });

  it("leaves clocks that it does not touch, and stops at a clock that stands or runs backwards", () => {
    expect(clocks(cluster({ clockDrift: "constant:0" }), 1000)).toEqual([1000, 1000, 1000]);
    expect(() => cluster({ clockDrift: "constant:-1000000" })).toThrow(/drift is above −1,000,000 parts per million/);
  });

  it("shows every timer that at least its delay has passed on the node's clock, and no more than rounding beyond", () => {
    /** Notes how far each timer came early (below 0) or late by its own node's clock. */
    const sleeper: Protocol<{ State: { due: number; late: number[] }; Message: never; Timer: "t"; Input: number }> = {
      init: () => ({ due: 0, late: [] }),
      onMessage: () => {},
      onInput(state, delay, context) {
        state.due = context.now + delay;
        context.setTimer("t", delay);
      },
      onTimer: (state, _timer, context) => void state.late.push(context.now - state.due),
    };
    let timers = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom("constant:0", "uniform:-500,500", "uniform:-1000000,1000000"), fc.constantFrom("constant:0", "uniform:-200,200", "uniform:-900000,900000"), fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 20 }), (seed, clockSkew, clockDrift, delays) => {
        const run = simulate(sleeper, { size: 1, seed, clockSkew, clockDrift });
        for (const delay of delays) {
          run.input(0, delay);
          run.runUntil(() => run.nextTime === Infinity, Infinity);
        }
        const { late } = run.nodes[0]!.state;
        timers += late.length;
        expect(late).toHaveLength(delays.length);
        for (const by of late) {
          expect(by).toBeGreaterThanOrEqual(0);
          expect(by).toBeLessThan(1e-6);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(timers).toBeGreaterThan(1000);
  });
});

describe("a step of the clock", () => {
  it("moves one node's clock by so much, forward or back, and no timer", () => {
    const run = cluster();
    run.input(1, [{ setTimer: "t", delay: 100 }]);
    run.schedule("at 10 clock 1 +50; at 20 clock 2 -30; at 30 clock 1 -20");
    expect(clocks(run, 1000)).toEqual([1000, 1030, 970]);
    expect(fired(run)).toEqual([100]);
  });

  it("outlives a crash: it is the machine's clock", () => {
    const run = cluster();
    run.schedule("at 10 clock 1 +50; at 20 crash 1; at 30 restart 1");
    expect(clocks(run, 1000)).toEqual([1000, 1050, 1000]);
  });

  it("is a number of ms", () => expect(() => cluster().command({ type: "clock", node: 0, by: NaN })).toThrow(/a step of the clock in ms, not NaN/));
});
