import { createRandom, deriveSeed, type Distribution } from "../../random.js";
import { grown } from "../../sim/grown.js";
import { EventQueue } from "../../sim/queue.js";
import { Balancer } from "./balancer.js";
import type { HealthCheckOptions } from "./healthChecks.js";
import { loadData, type LoadDataOptions } from "./loadData.js";
import type { OutlierOptions } from "./outlierEjection.js";
import type { Policy } from "./policy.js";
import { RequestPool } from "./requestPool.js";
import { Server } from "./server.js";
import { type Steps, StepWalk } from "./steps.js";

/** Who asks. */
export type Clients =
  /** Open loop: requests come at random (Poisson), `rate` a ms, and go to a balancer drawn at random, from one of `sources` addresses. */
  | { readonly loop: "open"; readonly rate: Steps; readonly sources?: number }
  /** Closed loop: each of `count` clients has a balancer, waits for its answer, thinks, and asks again. */
  | { readonly loop: "closed"; readonly count: number; readonly think: Distribution };

/** A server is down for a while. */
export interface Outage {
  readonly server: number;
  /** From when to when, ms. */
  readonly at: number;
  readonly until: number;
  /** Whether a request then meets silence, until it times out, or is refused (and those under way are cut off). */
  readonly silent: boolean;
}

export interface BalanceOptions {
  /** The speed of each server, ms of work a ms. */
  readonly speeds: readonly Steps[];
  /** What is configured about them; all 1 unless given. */
  readonly weights?: readonly number[];
  /** The work of a request: ms at speed 1. */
  readonly service: Distribution;
  readonly clients: Clients;
  readonly policy: Policy;
  /** How many balancers there are; 1 unless given. */
  readonly balancers?: number;
  /** Exact unless given. */
  readonly loads?: LoadDataOptions;
  /** None unless given. */
  readonly health?: HealthCheckOptions;
  readonly outliers?: OutlierOptions;
  /** 0.5 unless given. */
  readonly panic?: number;
  readonly outages?: readonly Outage[];
  /** When a request that was not answered counts as failed, ms after it was sent; never unless given. */
  readonly timeout?: number;
  /** How often a failed request is sent again; not unless given. */
  readonly retries?: number;
  /** How long it takes to learn of a refusal, ms; 1 unless given. */
  readonly refusal?: number;
  /** When the run ends, and from when on requests count, ms. */
  readonly until: number;
  readonly warmUp?: number;
  /** How often the servers' queue lengths are noted, ms; never unless given. */
  readonly sample?: number;
}

export interface BalanceRun {
  /** Of each answered request that counts: when it came, and how long it took until it was answered, ms; in order of answering. */
  readonly came: Float64Array;
  readonly latencies: Float64Array;
  /** When those requests came that were never answered, ms, in order of giving up. */
  readonly lost: Float64Array;
  /** By server: how many requests were sent there, repetitions included. */
  readonly sent: Int32Array;
  /** Queue lengths by server at times `every` ms apart, from `sample` on. */
  readonly lengths: readonly Int32Array[];
  /** When a balancer began or ceased to take a server for usable, in order of time. */
  readonly changes: readonly UsableChange[];
  /** Mean age of the load data when a balancer chose, ms. */
  readonly age: number;
  /** Of each balancer: its policy's state in the end, and how many servers it ejected. */
  readonly states: readonly object[];
  readonly ejections: number;
}

export interface UsableChange {
  /** ms. */
  readonly time: number;
  readonly balancer: number;
  readonly server: number;
  readonly usable: boolean;
}

/** What an event is. */
const ANSWER = 0, TIMEOUT = 1, REFUSED = 2, LEAVE = 3, THINK = 4, PROBE = 5, PROBE_LOST = 6, SWEEP = 7, REFRESH = 8, CRASH = 9, RECOVER = 10, SAMPLE = 11;

/**
 * Balancers in front of servers, event by event. Requests and answers take no time on the network: what is measured is
 * queueing, and what balancers know of it. One seed gives one run. Throws a `RangeError` for a server that falls silent
 * where requests never time out. A server goes on with what was given up.
 */
export function balance(options: BalanceOptions, seed: number): BalanceRun {
  const { speeds, service, clients, policy, until, balancers: count = 1, weights = speeds.map(() => 1), loads = { kind: "exact" }, health = null, outliers = null, panic = 0.5, outages = [], timeout = Infinity, retries = 0, refusal = 1, warmUp = 0, sample = Infinity } = options;
  if (timeout === Infinity && outages.some(({ silent }) => silent)) throw new RangeError("where a server may fall silent, requests need a timeout");
  // Streams of their own: under one seed every policy meets the same requests.
  const [world, own] = [createRandom(deriveSeed(seed, 0)), createRandom(deriveSeed(seed, 1))];
  const servers = speeds.map((speed) => new Server(speed));
  const data = loadData(loads, servers, count, own);
  const balancers = Array.from({ length: count }, (_, id) => new Balancer({ id, servers: servers.length, weights, policy, random: own, data, health, outliers, panic }));
  const { sent: told, answered: learnt, failed: missed, idle } = policy;
  const requests = new RequestPool();
  const sent = new Int32Array(servers.length);
  const lengths = servers.map(() => [] as number[]);
  let came: Float64Array = new Float64Array(1024);
  let latencies: Float64Array = new Float64Array(1024);
  let answers = 0;
  const lost: number[] = [];
  const changes: UsableChange[] = [];
  const informed = data.every < Infinity;
  /** Sum of the ages of what balancers went by, and how often they chose. In an array, where a sum is not a new object each time. */
  const ages = new Float64Array(2);

  const queue = new EventQueue();
  let sequence = 0;
  /** What an event is and what it is about, by the queue's slots. */
  const kinds: number[] = [];
  const first: number[] = [];
  const second: number[] = [];
  const schedule = (time: number, kind: number, a: number, b: number): void => {
    if (!(time <= until)) return;
    const slot = queue.push(time, sequence++);
    kinds[slot] = kind;
    first[slot] = a;
    second[slot] = b;
  };

  const renewed = (balancer: number, server: number) => void (balancers[balancer]!.sentSince[server] = 0);
  const tellIdle = (server: number): void => {
    const balancer = balancers[count === 1 ? 0 : Math.floor(own() * count)]!;
    idle!(balancer.state, server);
  };
  const reconsider = (id: number, now: number): void => {
    const before = balancers[id]!.usable;
    const { usable } = balancers[id]!.reconsider();
    for (const server of usable) if (!before.includes(server)) changes.push({ time: now, balancer: id, server, usable: true });
    for (const server of before) if (!usable.includes(server)) changes.push({ time: now, balancer: id, server, usable: false });
  };
  const send = (request: number, now: number): void => {
    const id = requests.balancer[request]!;
    const balancer = balancers[id]!;
    const target = balancer.choose(requests.client[request]!, now);
    const server = servers[target]!;
    sent[target]!++;
    balancer.connections[target]!++;
    if (informed) {
      balancer.sentSince[target]!++;
      ages[0]! += data.age(id, target, now);
      ages[1]!++;
    }
    told?.(balancer.state, target, now);
    requests.server[request] = target;
    requests.sent[request] = now;
    requests.ahead[request] = balancer.connections[target]!;
    if (!server.up) return schedule(now + (server.silent ? timeout : refusal), server.silent ? TIMEOUT : REFUSED, request, requests.version[request]!);
    const leaves = server.join(now, requests.work[request]!);
    const answered = leaves <= now + timeout;
    schedule(answered ? leaves : now + timeout, answered ? ANSWER : TIMEOUT, request, requests.version[request]!);
    if (!answered && idle) schedule(leaves, LEAVE, target, server.incarnation);
  };
  const close = (request: number): Balancer => {
    const balancer = balancers[requests.balancer[request]!]!;
    balancer.connections[requests.server[request]!]!--;
    requests.version[request]!++;
    return balancer;
  };
  const finish = (request: number, now: number): void => {
    if (clients.loop === "closed") schedule(now + Math.max(0, clients.think.sample(world)), THINK, requests.client[request]!, 0);
    requests.free(request);
  };
  const answer = (request: number, now: number): void => {
    const server = requests.server[request]!;
    const balancer = close(request);
    const latency = now - requests.sent[request]!;
    learnt?.(balancer.state, server, latency, now, requests.ahead[request]!);
    balancer.outliers?.answered(server, latency);
    if (idle && servers[server]!.length(now) === 0) tellIdle(server);
    if (requests.came[request]! >= warmUp) {
      if (answers === came.length) [came, latencies] = [grown(came), grown(latencies)];
      came[answers] = requests.came[request]!;
      latencies[answers++] = now - requests.came[request]!;
    }
    finish(request, now);
  };
  const fail = (request: number, now: number): void => {
    const server = requests.server[request]!;
    const balancer = close(request);
    missed?.(balancer.state, server, now - requests.sent[request]!, now);
    if (balancer.outliers?.failed(server, now)) reconsider(requests.balancer[request]!, now);
    if (requests.attempts[request]!++ < retries) return send(request, now);
    if (requests.came[request]! >= warmUp) lost.push(requests.came[request]!);
    finish(request, now);
  };
  const crash = ({ server, silent }: Outage, now: number): void => {
    servers[server]!.crash(now, silent);
    for (const request of requests.under(server)) {
      if (!silent) fail(request, now);
      // The answer that was scheduled will not come.
      else schedule(requests.sent[request]! + timeout, TIMEOUT, request, ++requests.version[request]!);
    }
  };
  const probe = (id: number, server: number, now: number): void => {
    schedule(now + health!.interval, PROBE, id, server);
    const { up, silent } = servers[server]!;
    if (!up && silent) schedule(now + health!.timeout, PROBE_LOST, id, server);
    else if (balancers[id]!.health!.record(server, up)) reconsider(id, now);
  };
  const happen = (kind: number, a: number, b: number, now: number): void => {
    switch (kind) {
      case TIMEOUT:
      case REFUSED:
        if (requests.version[a] === b) fail(a, now);
        return;
      case LEAVE:
        if (servers[a]!.incarnation === b && servers[a]!.length(now) === 0) tellIdle(a);
        return;
      case THINK:
        return send(requests.take(now, Math.max(0, service.sample(world)), a % count, a), now);
      case PROBE:
        return probe(a, b, now);
      case PROBE_LOST:
        if (balancers[a]!.health!.record(b, false)) reconsider(a, now);
        return;
      case SWEEP:
        if (balancers[a]!.outliers!.sweep(now)) reconsider(a, now);
        return schedule(now + outliers!.sweep, SWEEP, a, 0);
      case REFRESH:
        data.refresh(now, renewed);
        return schedule(now + data.every, REFRESH, 0, 0);
      case CRASH:
        return crash(outages[a]!, now);
      case RECOVER:
        servers[outages[a]!.server]!.recover();
        if (idle) tellIdle(outages[a]!.server);
        return;
      case SAMPLE:
        servers.forEach((server, i) => lengths[i]!.push(server.length(now)));
        return schedule(now + sample, SAMPLE, 0, 0);
    }
  };

  outages.forEach(({ at, until }, i) => (schedule(at, CRASH, i, 0), schedule(until, RECOVER, i, 0)));
  schedule(data.every === Infinity ? Infinity : 0, REFRESH, 0, 0);
  schedule(sample, SAMPLE, 0, 0);
  for (let id = 0; id < count; id++) {
    if (outliers) schedule(outliers.sweep, SWEEP, id, 0);
    // Probes of different servers and balancers do not go out together.
    if (health) servers.forEach((_, server) => schedule(own() * health.interval, PROBE, id, server));
  }
  if (idle) servers.forEach((_, server) => tellIdle(server));
  if (clients.loop === "closed") for (let client = 0; client < clients.count; client++) schedule(Math.max(0, clients.think.sample(world)), THINK, client, 0);
  const rate = clients.loop === "open" ? new StepWalk(clients.rate) : null;
  const gap = (from: number) => (rate ? rate.after(from, -Math.log(1 - world())) : Infinity);
  const sources = (clients.loop === "open" && clients.sources) || 1_000_000;

  for (let next = gap(0); ; ) {
    const pending = queue.nextTime;
    if (pending > until && next > until) break;
    if (pending <= next) {
      const slot = queue.pop();
      const a = first[slot]!;
      // Nearly all events are answers.
      if (kinds[slot] !== ANSWER) happen(kinds[slot]!, a, second[slot]!, pending);
      else if (requests.version[a] === second[slot]) answer(a, pending);
      continue;
    }
    const work = Math.max(0, service.sample(world));
    const id = count === 1 ? 0 : Math.floor(world() * count);
    send(requests.take(next, work, id, Math.floor(world() * sources)), next);
    next = gap(next);
  }
  return {
    came: came.slice(0, answers),
    latencies: latencies.slice(0, answers),
    lost: Float64Array.from(lost),
    sent,
    lengths: lengths.map((list) => Int32Array.from(list)),
    changes,
    age: ages[1]! > 0 ? ages[0]! / ages[1]! : 0,
    states: balancers.map(({ state }) => state),
    ejections: balancers.reduce((sum, { outliers }) => sum + (outliers?.ejections ?? 0), 0),
  };
}
