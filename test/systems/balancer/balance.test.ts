import { describe, expect, it } from "vitest";
import { parseDistribution } from "../../../lib/random.js";
import { type BalanceOptions, balance, type BalanceRun } from "../../../lib/systems/balancer/balance.js";
import { HealthChecks } from "../../../lib/systems/balancer/healthChecks.js";
import { envoyOutliers, OutlierEjection } from "../../../lib/systems/balancer/outlierEjection.js";
import { joinIdleQueue } from "../../../lib/systems/balancer/policies/joinIdleQueue.js";
import { leastConnections } from "../../../lib/systems/balancer/policies/leastConnections.js";
import { leastLoaded } from "../../../lib/systems/balancer/policies/leastLoaded.js";
import { powerOfChoices } from "../../../lib/systems/balancer/policies/powerOfChoices.js";
import { random } from "../../../lib/systems/balancer/policies/random.js";
import { roundRobin } from "../../../lib/systems/balancer/policies/roundRobin.js";
import type { Policy, View } from "../../../lib/systems/balancer/policy.js";
import { Server } from "../../../lib/systems/balancer/server.js";
import { always, StepWalk } from "../../../lib/systems/balancer/steps.js";
import { supermarket } from "../../../lib/systems/balancer/supermarket.js";

const equal = (servers: number) => Array.from({ length: servers }, () => always(1));
const usual: BalanceOptions = { speeds: equal(10), service: parseDistribution("exp:0.1"), clients: { loop: "open", rate: always(0.8) }, policy: random, until: 20_000, warmUp: 1000 };
const run = (more: Partial<BalanceOptions> = {}, seed = 1) => balance({ ...usual, ...more }, seed);
const mean = ({ latencies }: BalanceRun) => latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
const total = (values: Int32Array) => values.reduce((sum, value) => sum + value, 0);

/** When a request that comes to a server leaves it. */
function leaves(server: Server, sent: number, work: number): number {
  const request = { sent, work, leaves: NaN };
  server.join(request);
  return request.leaves;
}

describe("a server", () => {
  it("serves in order, at a speed that changes; a request that spans a change is served at both", () => {
    const server = new Server({ times: [0, 100, 200], values: [1, 0.5, 2] });
    expect(leaves(server, 90, 20)).toBe(120);
    expect(leaves(server, 95, 60)).toBe(210);
    expect(server.length(119)).toBe(2);
    expect(server.length(120)).toBe(1);
    expect(leaves(server, 300, 10)).toBe(305);
  });

  it("a speed of 0 is a pause", () => {
    expect(new StepWalk({ times: [0, 10, 50], values: [1, 0, 1] }).after(5, 10)).toBe(55);
    expect(() => new StepWalk({ times: [0, 0], values: [1, 1] })).toThrow(/ascend/);
  });

  it("loses what it has when it crashes", () => {
    const server = new Server();
    leaves(server, 0, 100);
    server.crash(10, true);
    expect(server.length(10)).toBe(0);
    server.recover();
    expect(leaves(server, 20, 5)).toBe(25);
  });
});

describe("balancers in front of servers", () => {
  it("requests sent anywhere meet an M/M/1 each: 10 ms of work, 80 % used, 50 ms", () => {
    expect(Math.abs(mean(run({ until: 100_000 })) - 50)).toBeLessThan(4);
  });

  it("two choices on exact loads agree with the supermarket model", () => {
    const { meanTime } = supermarket({ queues: 10, choices: 2, load: 0.8, service: parseDistribution("exp:1"), replacement: false, stale: 0, arrivals: 100_000, warmUp: 10_000 }, 1);
    expect(Math.abs(mean(run({ policy: powerOfChoices(), until: 100_000 })) / 10 / meanTime - 1)).toBeLessThan(0.04);
  });

  it("a board read by two choices agrees with the supermarket model of that age", () => {
    const { meanTime } = supermarket({ queues: 10, choices: 10, load: 0.8, service: parseDistribution("exp:1"), replacement: false, stale: 3, arrivals: 100_000, warmUp: 10_000 }, 1);
    expect(Math.abs(mean(run({ policy: leastLoaded(), loads: { kind: "board", every: 30 }, until: 100_000 })) / 10 / meanTime - 1)).toBeLessThan(0.06);
  });

  it("every request is answered or lost, and counted once; those under way in the end are neither", () => {
    const outages = [{ server: 3, at: 3000, until: 9000, silent: true }, { server: 4, at: 5000, until: 6000, silent: false }];
    const { latencies, lost, sent } = run({ policy: roundRobin, outages, timeout: 500, warmUp: 0 });
    expect(total(sent) - latencies.length - lost.length).toBeGreaterThanOrEqual(0);
    expect(total(sent) - latencies.length - lost.length).toBeLessThan(100);
    expect(lost.length).toBeGreaterThan(400);
  });

  it("under one seed every policy meets the same requests; the run repeats to the last digit", () => {
    const [a, b] = [run({ policy: roundRobin }), run({ policy: leastConnections })];
    expect(a.came.slice().sort().slice(0, 10_000)).toEqual(b.came.slice().sort().slice(0, 10_000));
    expect(run({ policy: roundRobin })).toEqual(a);
    expect(run({ policy: roundRobin }, 2).latencies).not.toEqual(a.latencies);
  });

  it("a closed loop of clients never has more requests under way than there are clients", () => {
    const { lengths, latencies } = run({ clients: { loop: "closed", count: 12, think: parseDistribution("exp:0.1") }, policy: leastConnections, sample: 50 });
    const most = Math.max(...lengths[0]!.map((_, i) => lengths.reduce((sum, own) => sum + own[i]!, 0)));
    expect(most).toBeLessThanOrEqual(12);
    expect(latencies.length).toBeGreaterThan(5000);
  });

  it("gossip every 10 ms: the news is older than a round and younger than a few", () => {
    const { age } = run({ policy: leastLoaded(), loads: { kind: "gossip", every: 10 }, balancers: 4 });
    expect(age).toBeGreaterThan(5);
    expect(age).toBeLessThan(40);
  });

  it("several balancers see only their own requests: four times least connections is worse than one, and better than random", () => {
    const one = mean(run({ policy: leastConnections }));
    const four = mean(run({ policy: leastConnections, balancers: 4 }));
    expect(four).toBeGreaterThan(1.2 * one);
    expect(four).toBeLessThan(0.7 * mean(run({ balancers: 4 })));
  });

  it("join-idle-queue nearly always finds somebody idle at half load, and does better than random", () => {
    const half = { clients: { loop: "open", rate: always(0.5) } } as const;
    expect(mean(run({ ...half, policy: joinIdleQueue }))).toBeLessThan(12);
    expect(mean(run(half))).toBeGreaterThan(17);
  });

  it("a silent server needs a timeout to be noticed at all", () => {
    expect(() => run({ outages: [{ server: 0, at: 1, until: 2, silent: true }] })).toThrow(/timeout/);
  });
});

describe("health checks and ejection", () => {
  it("as many failures in a row as asked make a server down, as many successes up again", () => {
    const checks = new HealthChecks(1, { interval: 1, timeout: 1, unhealthy: 3, healthy: 2 });
    const record = (passed: boolean) => (checks.record(0, passed), checks.down[0]);
    expect([false, false, true, false, false, false, true, false, true, true].map(record)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 0]);
  });

  it("probes find a crash, and requests go round it until it is back", () => {
    const outages = [{ server: 0, at: 5000, until: 10_000, silent: true }];
    const { changes, lost } = run({ policy: roundRobin, outages, timeout: 2000, health: { interval: 500, timeout: 100, unhealthy: 2, healthy: 2 } });
    expect(changes.map(({ server, usable }) => [server, usable])).toEqual([[0, false], [0, true]]);
    const [down, up] = changes.map(({ time }) => time) as [number, number];
    // Two probes, half an interval early on average, and the timeout of the second.
    expect(down).toBeGreaterThan(5600);
    expect(down).toBeLessThan(6100 + 1e-6);
    expect(up).toBeGreaterThan(10_500);
    for (const came of lost) expect(came).toBeLessThanOrEqual(down);
    expect(lost.length).toBeGreaterThan(30);
  });

  it("a server that refuses attracts least connections; ejection after five failures in a row ends that (Envoy)", () => {
    const outages = [{ server: 0, at: 5000, until: 15_000, silent: false }];
    const refused = (more: Partial<BalanceOptions>) => run({ outages, timeout: 1000, ...more }).lost.length;
    const robin = refused({ policy: roundRobin });
    expect(refused({ policy: leastConnections })).toBeGreaterThan(1.5 * robin);
    expect(refused({ policy: leastConnections, outliers: { ...envoyOutliers, sweep: 1000 } })).toBeLessThan(20);
  });

  it("ejections grow longer, and only so many are out at once", () => {
    const ejection = new OutlierEjection(10, { ...envoyOutliers, consecutive: 1, base: 100, sweep: 10 });
    expect(ejection.failed(0, 0)).toBe(true);
    expect(ejection.failed(1, 0)).toBe(false);
    ejection.sweep(100);
    expect([...ejection.out]).not.toContain(1);
    expect(ejection.failed(0, 100)).toBe(true);
    ejection.sweep(250);
    expect(ejection.out[0]).toBe(1);
    ejection.sweep(300);
    expect(ejection.out[0]).toBe(0);
  });

  it("a server that is much slower than the median is ejected by its latencies", () => {
    const speeds = equal(10).map((speed, server) => (server === 9 ? always(0.2) : speed));
    const slow = { speeds, policy: roundRobin, clients: { loop: "open", rate: always(0.5) }, until: 40_000 } as const;
    const left = run(slow);
    const ejected = run({ ...slow, outliers: { ...envoyOutliers, slower: 3, sweep: 1000 } });
    expect(ejected.ejections).toBeGreaterThan(0);
    expect(mean(ejected)).toBeLessThan(mean(left) / 2);
  });

  it("least connections goes by what is under way at this moment, whatever became of it, and to no server that is out", () => {
    const policy: Policy = { name: "checked", init: () => ({}), choose: (state, view) => (check(view), leastConnections.choose(state, view)) };
    const check = ({ crowding, connections, weights, isUsable }: View) => crowding.forEach((own, server) => {
      if (own !== (isUsable(server) ? connections[server]! / weights[server]! : Infinity)) throw new Error(`crowding ${own} at server ${server}`);
    });
    const outages = [{ server: 3, at: 3000, until: 9000, silent: true }, { server: 4, at: 5000, until: 6000, silent: false }];
    const { changes } = run({ policy, weights: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5], outages, timeout: 100, retries: 1, health: { interval: 200, timeout: 100, unhealthy: 1, healthy: 1 }, outliers: { ...envoyOutliers, consecutive: 2 } });
    expect(changes.length).toBeGreaterThan(1);
  });

  it("when too few are usable all are (panic)", () => {
    const outages = Array.from({ length: 8 }, (_, server) => ({ server, at: 1000, until: 30_000, silent: false }));
    const { sent } = run({ policy: roundRobin, outages, timeout: 1000, health: { interval: 200, timeout: 100, unhealthy: 1, healthy: 1 } });
    expect(sent[0]).toBeGreaterThan(1000);
    expect(run({ policy: roundRobin, outages, timeout: 1000, panic: 0, health: { interval: 200, timeout: 100, unhealthy: 1, healthy: 1 } }).sent[0]).toBeLessThan(200);
  });

  it("a failed request is sent again as often as it may be", () => {
    const outages = [{ server: 0, at: 2000, until: 18_000, silent: false }];
    const once = run({ policy: roundRobin, outages, timeout: 1000 }).lost.length;
    expect(run({ policy: roundRobin, outages, timeout: 1000, retries: 2 }).lost.length).toBeLessThan(once / 20);
  });
});
