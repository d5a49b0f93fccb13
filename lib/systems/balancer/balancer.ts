import { hashInteger } from "../../hashing/hashString.js";
import type { Random } from "../../random.js";
import { HealthChecks, type HealthCheckOptions } from "./healthChecks.js";
import type { LoadData } from "./loadData.js";
import { OutlierEjection, type OutlierOptions } from "./outlierEjection.js";
import type { Policy, View } from "./policy.js";

export interface BalancerSetup {
  readonly id: number;
  readonly servers: number;
  readonly weights: readonly number[];
  readonly policy: Policy;
  readonly random: Random;
  readonly data: LoadData;
  readonly health: HealthCheckOptions | null;
  readonly outliers: OutlierOptions | null;
  /** If a smaller share of the servers than this is usable, all count as usable (Envoy's panic threshold). */
  readonly panic: number;
}

/** One balancer: what it knows, which servers it takes for usable, and its policy. */
export class Balancer implements View {
  now = 0;
  usable: readonly number[];
  readonly weights: readonly number[];
  readonly connections: Int32Array;
  readonly sentSince: Int32Array;
  readonly random: Random;
  readonly health: HealthChecks | null;
  readonly outliers: OutlierEjection | null;
  readonly policy: Policy;
  readonly state: object;
  readonly #id: number;
  #client = 0;
  readonly #data: LoadData;
  readonly #panic: number;
  readonly #isUsable: Uint8Array;
  /** Kept up to date once a policy has asked for it; null until then. */
  #crowding: Float64Array | null = null;
  /** The weights, as numbers that are divided by as quickly as may be. */
  readonly #divisors: Float64Array;

  constructor({ id, servers, weights, policy, random, data, health, outliers, panic }: BalancerSetup) {
    this.#id = id;
    this.#data = data;
    this.#panic = panic;
    this.weights = weights;
    this.#divisors = Float64Array.from(weights);
    this.random = random;
    this.connections = new Int32Array(servers);
    this.sentSince = new Int32Array(servers);
    this.health = health && new HealthChecks(servers, health);
    this.outliers = outliers && new OutlierEjection(servers, outliers);
    this.#isUsable = new Uint8Array(servers).fill(1);
    this.usable = Array.from({ length: servers }, (_, server) => server);
    this.policy = policy;
    this.state = policy.init({ count: servers, weights, random });
  }

  load(server: number): number {
    return this.#data.load(this.#id, server, this.now);
  }

  get source(): number {
    return hashInteger(this.#client);
  }

  // Policies take this out of the view.
  readonly isUsable = (server: number): boolean => this.#isUsable[server] === 1;

  /** The server for a request from this client, which is a number from 0. */
  choose(client: number, now: number): number {
    this.#client = client;
    this.now = now;
    return this.policy.choose(this.state, this);
  }

  get crowding(): Float64Array {
    return (this.#crowding ??= this.#crowdingNow());
  }

  /** One request more, or (−1) one less, is under way to this server. Returns how many there are now. */
  count(server: number, more: 1 | -1): number {
    const connections = (this.connections[server]! += more);
    if (this.#crowding !== null && this.#isUsable[server] === 1) this.#crowding[server] = connections / this.#divisors[server]!;
    return connections;
  }

  #crowdingNow(): Float64Array {
    const crowding = new Float64Array(this.connections.length).fill(Infinity);
    for (const server of this.usable) crowding[server] = this.connections[server]! / this.#divisors[server]!;
    return crowding;
  }

  /** Asks anew who is usable, after health or ejections have changed. */
  reconsider(): this {
    const { length } = this.#isUsable;
    const all = Array.from({ length }, (_, server) => server);
    const fit = all.filter((server) => this.health?.down[server] !== 1 && this.outliers?.out[server] !== 1);
    this.usable = fit.length === 0 || fit.length < this.#panic * length ? all : fit;
    this.#isUsable.fill(0);
    for (const server of this.usable) this.#isUsable[server] = 1;
    this.#crowding = null;
    return this;
  }
}
