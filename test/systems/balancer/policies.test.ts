import { describe, expect, it } from "vitest";
import { createRandom } from "../../../lib/random.js";
import { boundedHash } from "../../../lib/systems/balancer/policies/boundedHash.js";
import { joinIdleQueue } from "../../../lib/systems/balancer/policies/joinIdleQueue.js";
import { leastConnections } from "../../../lib/systems/balancer/policies/leastConnections.js";
import { leastLoaded } from "../../../lib/systems/balancer/policies/leastLoaded.js";
import { peakEwma } from "../../../lib/systems/balancer/policies/peakEwma.js";
import { powerOfChoices } from "../../../lib/systems/balancer/policies/powerOfChoices.js";
import { random } from "../../../lib/systems/balancer/policies/random.js";
import { roundRobin } from "../../../lib/systems/balancer/policies/roundRobin.js";
import { smoothWeightedRoundRobin } from "../../../lib/systems/balancer/policies/smoothWeightedRoundRobin.js";
import { sourceHash } from "../../../lib/systems/balancer/policies/sourceHash.js";
import { switching } from "../../../lib/systems/balancer/policies/switching.js";
import { thompsonSampling } from "../../../lib/systems/balancer/policies/thompsonSampling.js";
import { upperConfidence } from "../../../lib/systems/balancer/policies/upperConfidence.js";
import type { Policy, View } from "../../../lib/systems/balancer/policy.js";

/** A balancer's view of `count` servers, all usable and idle unless told otherwise. */
function viewOf(count: number, more: Partial<View> & { loads?: readonly number[] } = {}): View {
  const { usable = Array.from({ length: count }, (_, i) => i), weights = new Array<number>(count).fill(1), connections = new Int32Array(count) } = more;
  return {
    now: 0, usable, isUsable: (server) => usable.includes(server), weights, connections, sentSince: new Int32Array(count),
    crowding: Float64Array.from(connections, (own, server) => (usable.includes(server) ? own / weights[server]! : Infinity)),
    load: (server) => more.loads?.[server] ?? 0, source: 7, random: createRandom(3), ...more,
  };
}

const begin = <State extends object>(policy: Policy<State>, view: View) => policy.init({ count: view.weights.length, weights: view.weights, random: createRandom(1) });

/** The servers that a policy chooses one after the other, told each time that it was sent there. */
function choices<State extends object>(policy: Policy<State>, view: View, times: number, state = begin(policy, view)): number[] {
  return Array.from({ length: times }, () => {
    const server = policy.choose(state, view);
    policy.sent?.(state, server, view.now);
    return server;
  });
}

const all: readonly Policy[] = [random, roundRobin, smoothWeightedRoundRobin, sourceHash, boundedHash(), leastConnections, leastLoaded(), leastLoaded({ countOwn: true }), powerOfChoices(), powerOfChoices({ d: 3 }), joinIdleQueue, peakEwma(), thompsonSampling(), thompsonSampling({ context: true }), upperConfidence(), switching({ calm: roundRobin, busy: leastConnections, above: 2 })];

describe("balancing policies", () => {
  it.each(all)("$name chooses only among the usable, and reaches each of them, or one if the client decides", (policy) => {
    const chosen = new Set(choices(policy, viewOf(6, { usable: [1, 4, 5] }), 300));
    for (const server of chosen) expect([1, 4, 5]).toContain(server);
    expect(chosen.size).toBe(policy.name.includes("hash") ? 1 : 3);
  });

  it("round robin goes round, past those that are not usable", () => {
    const state = { next: 1 };
    expect(choices(roundRobin, viewOf(4, { usable: [0, 1, 3] }), 6, state)).toEqual([1, 3, 0, 1, 3, 0]);
  });

  it("smooth weighted round robin spreads 5, 1, 1 as nginx does: a a b a c a a", () => {
    expect(choices(smoothWeightedRoundRobin, viewOf(3, { weights: [5, 1, 1] }), 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it("least connections goes by weight, and draws among equals", () => {
    expect(leastConnections.choose({}, viewOf(3, { connections: Int32Array.of(4, 3, 9), weights: [2, 1, 1] }))).toBe(0);
    expect(new Set(choices(leastConnections, viewOf(3), 60)).size).toBe(3);
  });

  it("least loaded believes what it is told; with its own added it does not herd", () => {
    const view = viewOf(3, { loads: [2, 0, 1], sentSince: Int32Array.of(0, 3, 0) });
    expect(leastLoaded().choose({}, view)).toBe(1);
    expect(leastLoaded({ countOwn: true }).choose({}, view)).toBe(2);
  });

  it("of two choices the most loaded of all is never taken, and the order of drawing decides ties evenly", () => {
    const chosen = choices(powerOfChoices(), viewOf(4, { loads: [9, 1, 1, 1] }), 3000);
    expect(chosen).not.toContain(0);
    for (const server of [1, 2, 3]) expect(Math.abs(chosen.filter((one) => one === server).length / 3000 - 1 / 3)).toBeLessThan(0.04);
    // d = 1 is random, d = n the least loaded.
    expect(new Set(choices(powerOfChoices({ d: 4 }), viewOf(4, { loads: [3, 2, 0, 5] }), 40))).toEqual(new Set([2]));
  });

  it("source hash keeps a client at its server; bounded loads move it on only where its server is full", () => {
    expect(new Set(choices(sourceHash, viewOf(5), 20)).size).toBe(1);
    const policy = boundedHash({ c: 1.25 });
    const view = viewOf(4);
    const first = policy.choose({ underWay: 0 }, view);
    const full = Int32Array.from({ length: 4 }, (_, server) => (server === first ? 2 : 0));
    expect(policy.choose({ underWay: 2 }, { ...view, connections: full })).not.toBe(first);
    expect(policy.choose({ underWay: 5 }, { ...view, connections: Int32Array.of(1, 1, 1, 1) })).toBe(first);
  });

  it("join-idle-queue takes idle servers in the order in which they told it (Lu and others 2011)", () => {
    const view = viewOf(5);
    const state = begin(joinIdleQueue, view);
    for (const server of [3, 1, 3, 4]) joinIdleQueue.idle!(state, server);
    expect(choices(joinIdleQueue, { ...view, isUsable: (server) => server !== 1 }, 2, state)).toEqual([3, 4]);
  });

  it("peak EWMA jumps up at once, comes down little by little, and multiplies by what is under way", () => {
    const policy = peakEwma({ decay: 1000 });
    const state = begin(policy, viewOf(2));
    policy.answered!(state, 0, 10, 0, 1);
    policy.answered!(state, 0, 100, 10, 1);
    expect(state.cost[0]).toBe(100);
    policy.answered!(state, 0, 10, 1010, 1);
    expect(state.cost[0]).toBeCloseTo(10 + 90 / Math.E, 6);
    policy.answered!(state, 1, 20, 1010, 1);
    expect(policy.choose(state, viewOf(2, { now: 1010 }))).toBe(1);
    expect(policy.choose(state, viewOf(2, { now: 1010, connections: Int32Array.of(0, 3) }))).toBe(0);
  });

  it.each([thompsonSampling({ memory: 1000 }), upperConfidence({ memory: 1000 })])("$name learns which server is quick, and, with time, that it no longer is", (policy) => {
    const state = policy.init({ count: 3, weights: [1, 1, 1], random: createRandom(1) });
    const play = (quick: number, from: number) => {
      let best = 0;
      for (let i = 0; i < 1500; i++) {
        const now = from + i * 10;
        const server = policy.choose(state as never, viewOf(3, { now, random: createRandom(from + i) }));
        policy.sent?.(state as never, server, now);
        policy.answered!(state as never, server, server === quick ? 10 : 30, now, 1);
        if (i >= 1000 && server === quick) best++;
      }
      return best / 500;
    };
    expect(play(1, 0)).toBeGreaterThan(0.5);
    expect(play(2, 15_000)).toBeGreaterThan(0.5);
  });

  it("a bandit with context learns how long a server takes for each request in its queue", () => {
    const policy = thompsonSampling({ context: true, memory: 1e9 });
    const state = policy.init({ count: 2, weights: [1, 1], random: createRandom(1) });
    // Server 0 is four times as fast; its answers took as long because four stood in line there.
    for (let i = 0; i < 500; i++) policy.answered!(state, 0, 40, i, 4), policy.answered!(state, 1, 40, i, 1);
    expect(new Set(choices(policy, viewOf(2, { connections: Int32Array.of(2, 0) }), 50, state))).toEqual(new Set([0]));
    expect(new Set(choices(policy, viewOf(2, { connections: Int32Array.of(6, 0) }), 50, state))).toEqual(new Set([1]));
  });

  it("a switching balancer changes at its thresholds and stays as long as it must (survey 4.2)", () => {
    const policy = switching({ calm: roundRobin, busy: leastConnections, above: 2, below: 1, dwell: 100 });
    const state = begin(policy, viewOf(2));
    const at = (now: number, load: number) => (policy.choose(state, viewOf(2, { now, loads: [load, load] })), state.busy);
    expect([at(0, 2), at(1, 2.5), at(50, 0), at(100, 0), at(101, 0), at(300, 1.5)]).toEqual([false, true, true, true, false, false]);
    expect(state.switches).toBe(2);
  });
});
