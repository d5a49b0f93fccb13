import type { Distribution } from "../../random.js";
import { Balancing } from "./balancing.js";
import type { HealthCheckOptions } from "./healthChecks.js";
import type { LoadDataOptions } from "./loadData.js";
import type { OutlierOptions } from "./outlierEjection.js";
import type { Policy } from "./policy.js";
import type { Steps } from "./steps.js";

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

/**
 * Balancers in front of servers, event by event. Requests and answers take no time on the network: what is measured is
 * queueing, and what balancers know of it. One seed gives one run. Throws a `RangeError` for a server that falls silent
 * where requests never time out. A server goes on with what was given up.
 */
export function balance(options: BalanceOptions, seed: number): BalanceRun {
  return new Balancing(options, seed).run();
}
