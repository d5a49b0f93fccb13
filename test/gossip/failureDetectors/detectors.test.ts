import { describe, expect, it } from "vitest";
import { chen, chenSynchronized } from "../../../lib/gossip/failureDetectors/chen.js";
import { type FailureDetector, isSuspected } from "../../../lib/gossip/failureDetectors/detector.js";
import { fixedTimeout } from "../../../lib/gossip/failureDetectors/fixedTimeout.js";
import { normalQuantile, normalTail, tailLevel } from "../../../lib/gossip/failureDetectors/normalTail.js";
import { phiAccrual } from "../../../lib/gossip/failureDetectors/phiAccrual.js";
import { deviationOf, emptyWindow, meanOf, push } from "../../../lib/gossip/failureDetectors/slidingWindow.js";
import { createRandom, parseDistribution } from "../../../lib/random.js";

/** The state of a detector that has heard these heartbeats, given as number and time. */
function after<S extends object>(detector: FailureDetector<S>, ...heard: readonly (readonly [sequence: number, time: number])[]): S {
  const state = detector.init(0);
  for (const [sequence, time] of heard) detector.heartbeat(state, sequence, time);
  return state;
}

const all: readonly (readonly [string, FailureDetector<any>])[] = [
  ["a fixed timeout", fixedTimeout({ timeout: 250 })],
  ["NFD-E", chen({ interval: 100, margin: 150 })],
  ["NFD-S", chenSynchronized({ interval: 100, delta: 150 })],
  ["φ accrual, normal", phiAccrual({ threshold: 8, first: 100, deviation: 10 })],
  ["φ accrual, exponential", phiAccrual({ threshold: 1, first: 100, distribution: "exponential" })],
];

describe.each(all)("%s", (_name, detector) => {
  const regular = Array.from({ length: 50 }, (_, i) => [i + 1, 100 * (i + 1) + 5] as const);

  it("trusts a sender whose heartbeats come, and suspects it for good once they stop", () => {
    const state = detector.init(0);
    for (const [sequence, time] of regular) {
      expect(isSuspected(detector, state, time)).toBe(false);
      detector.heartbeat(state, sequence, time);
    }
    const from = detector.suspectsAt(state);
    expect(from).toBeGreaterThan(5005);
    expect(from).toBeLessThan(6000);
    expect([from - 1, from, from + 1e6].map((now) => isSuspected(detector, state, now))).toEqual([false, true, true]);
  });

  it("also suspects a sender of which it never heard anything", () => expect(detector.suspectsAt(detector.init(0))).toBeLessThan(1000));

  it("does not mind a heartbeat that was overtaken", () => {
    const state = after(detector, ...regular);
    const before = JSON.stringify(state);
    detector.heartbeat(state, 49, 5100);
    expect(JSON.stringify(state)).toBe(before);
  });

  it("keeps plain data", () => {
    const state = after(detector, ...regular);
    expect(detector.suspectsAt(JSON.parse(JSON.stringify(state)))).toBe(detector.suspectsAt(state));
  });
});

describe("Chen's NFD-E (Chen, Toueg and Aguilera 2002)", () => {
  it("expects the next heartbeat at the mean of A_i − η s_i, plus η (l + 1), and waits α longer", () => {
    // Delays of 10, 20 and 60 ms; number 3 was lost.
    const state = after(chen({ interval: 100, margin: 40 }), [1, 110], [2, 220], [4, 460]);
    expect(chen({ interval: 100, margin: 40 }).suspectsAt(state)).toBeCloseTo(500 + 30 + 40, 9);
  });

  it("estimates from the last n heartbeats only", () => {
    const detector = chen({ interval: 100, margin: 0, window: 2 });
    expect(detector.suspectsAt(after(detector, [1, 190], [2, 220], [3, 340]))).toBeCloseTo(400 + 30, 9);
  });

  it("does not need to know by how much clocks differ", () => {
    const detector = chen({ interval: 100, margin: 40 });
    const times = [[1, 110], [2, 220], [3, 305]] as const;
    const shifted = after(detector, ...times.map(([sequence, time]) => [sequence, time + 7777] as const));
    expect(detector.suspectsAt(shifted) - 7777).toBeCloseTo(detector.suspectsAt(after(detector, ...times)), 9);
  });

  it("with clocks that agree (NFD-S), heartbeat l is good until δ after heartbeat l + 1 is sent, whenever it came", () => {
    const detector = chenSynchronized({ interval: 100, delta: 150, origin: 1000 });
    expect(detector.suspectsAt(after(detector, [3, 1301]))).toBe(1000 + 400 + 150);
    expect(isSuspected(detector, after(detector, [3, 1900]), 1900)).toBe(true);
  });
});

describe("φ accrual (Hayashibara et al. 2004)", () => {
  const random = createRandom(3);
  const times = parseDistribution("normal:100,10");
  const heard = (detector: FailureDetector<any>) => {
    const state = detector.init(0);
    let now = 0;
    for (let sequence = 1; sequence <= 500; sequence++) detector.heartbeat(state, sequence, (now += times.sample(random)));
    return state;
  };

  it.each([["normal", 0.5], ["normal", 1], ["normal", 8], ["normal", 30], ["exponential", 1], ["exponential", 8]] as const)("%s: suspects from φ = %d on", (distribution, threshold) => {
    const detector = phiAccrual({ threshold, distribution, first: 100 });
    const state = heard(detector);
    expect(detector.phi(state, detector.suspectsAt(state))).toBeCloseTo(threshold, 8);
  });

  it("rises as the silence lasts", () => {
    const detector = phiAccrual({ threshold: 8, first: 100 });
    const state = heard(detector);
    const levels = Array.from({ length: 60 }, (_, i) => detector.phi(state, state.last + 50 + 10 * i));
    levels.slice(1).forEach((level, i) => expect(level).toBeGreaterThan(levels[i]!));
    expect(levels[5]).toBeCloseTo(-Math.log(0.5) / Math.LN10, 0);
  });

  it("takes a network that varies more for what it is: the same silence means less", () => {
    const steady = phiAccrual({ threshold: 8, first: 100 });
    const [calm, wild] = [steady.init(0), steady.init(0)];
    for (let sequence = 1; sequence <= 100; sequence++) {
      steady.heartbeat(calm, sequence, 100 * sequence + (sequence % 2));
      steady.heartbeat(wild, sequence, 100 * sequence + 40 * (sequence % 2));
    }
    expect(steady.suspectsAt(calm) - calm.last).toBeLessThan(120);
    expect(steady.suspectsAt(wild) - wild.last).toBeGreaterThan(250);
  });

  it("refuses a threshold that no silence or every silence would reach", () => {
    for (const threshold of [0, -1, NaN, Infinity]) expect(() => phiAccrual({ threshold, first: 100 })).toThrow(/level above 0/);
  });
});

describe("the normal distribution's tail", () => {
  it.each([[0, 0.5], [1, 0.15865525393145707], [1.2815515655446004, 0.1], [2.4999, 0.006211418374944594], [2.5001, 0.006207912714815199], [3.090232306167813, 1e-3], [5.612001244174789, 1e-8], [8, 6.220960574271785e-16], [-1, 0.8413447460685429]])("beyond %d lies %d", (z, tail) => {
    expect(Math.abs(normalTail(z) / tail - 1)).toBeLessThan(1e-9);
  });

  it("and its quantile are each other's inverse, also where the tail is too small for a number", () => {
    for (const level of [0.01, 0.3, 1, 2.5, 8, 100, 300, 5000]) expect(tailLevel(normalQuantile(level)) / level).toBeCloseTo(1, 10);
  });
});

describe("a sliding window", () => {
  it("has the mean and deviation of its last values, after many others", () => {
    const random = createRandom(1);
    const window = emptyWindow();
    const values = Array.from({ length: 5000 }, () => 1e9 + 1000 * random());
    for (const value of values) push(window, value, 100);
    const last = values.slice(-100);
    const mean = last.reduce((sum, value) => sum + value, 0) / 100;
    expect(meanOf(window)).toBeCloseTo(mean, 4);
    expect(deviationOf(window)).toBeCloseTo(Math.sqrt(last.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 100), 4);
  });
});
