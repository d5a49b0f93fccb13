import { type BalanceOptions, balance, type BalanceRun } from "../systems/balancer/balance.js";
import type { LoadDataOptions } from "../systems/balancer/loadData.js";
import { leastLoaded } from "../systems/balancer/policies/leastLoaded.js";
import { powerOfChoices } from "../systems/balancer/policies/powerOfChoices.js";
import { random } from "../systems/balancer/policies/random.js";
import type { Policy } from "../systems/balancer/policy.js";
import type { ParameterSet } from "./experiment.js";

/** What most experiments with balancers have in common. */
export const balancerModel = {
  servers: { type: "integer", default: 10, range: [2, 1000], summary: "how many servers there are" },
  balancers: { type: "integer", default: 1, range: [1, 100], summary: "how many balancers there are; each sees its own requests only" },
  rate: { type: "number", default: 800, range: [0.001, 1_000_000], unit: "requests/s", summary: "requests that all clients send together, at random (Poisson); ten servers at speed 1 can do 1000 if one takes 10 ms" },
  service: { type: "distribution", default: "exp:0.1", unit: "ms", summary: "how long a server of speed 1 works for a request" },
  carried: { type: "choice", default: "gossip", values: ["gossip", "board"], summary: "how load data comes to the balancers: gossip between servers and balancers (push-pull), or a board that all read" },
  duration: { type: "number", default: 60, range: [0.1, 1_000_000], unit: "s", summary: "for how long requests are counted" },
  warmUp: { type: "number", default: 5, range: [0, 1_000_000], unit: "s", summary: "for how long they are not, before" },
} as const satisfies ParameterSet;

/** What balancers do with load data that they are told. */
export const toldPolicies: readonly Policy[] = [leastLoaded(), leastLoaded({ countOwn: true }), powerOfChoices(), random];

/** How load data comes to the balancers, and how old it is; with 0 ms between two rounds or boards they see loads as they are. */
export const loadsOf = (carried: string, every: number): LoadDataOptions => (every === 0 ? { kind: "exact" } : { kind: carried as "gossip" | "board", every });

/** Latencies of a run that count, in ascending order, ms. */
export const sortedLatencies = (run: BalanceRun): Float64Array => run.latencies.slice().sort();

/** The `share` quantile of ascending numbers by nearest rank; null if there are none. */
export function quantileOf(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? null;
}

/** Mean and usual percentiles of a run's latencies, ms. */
export function latencyRow(run: BalanceRun) {
  const sorted = sortedLatencies(run);
  return { mean: sorted.reduce((sum, latency) => sum + latency, 0) / sorted.length, p50: quantileOf(sorted, 0.5), p99: quantileOf(sorted, 0.99), p999: quantileOf(sorted, 0.999) };
}

export type LatencyRow = ReturnType<typeof latencyRow>;

/** What the fields of a latency row mean. */
export const latencyFields = {
  mean: "mean latency, ms",
  p50: "median latency, ms",
  p99: "99th percentile, ms",
  p999: "99.9th percentile, ms",
} as const;

/** The means of several trials' latency rows. */
export function meanLatencies(rows: readonly LatencyRow[]): LatencyRow {
  const mean = (of: (row: LatencyRow) => number | null) => rows.reduce((sum, row) => sum + of(row)!, 0) / rows.length;
  return { mean: mean((row) => row.mean), p50: mean((row) => row.p50), p99: mean((row) => row.p99), p999: mean((row) => row.p999) };
}

/** Runs balancers for as long as an experiment asks, in its units. */
export function runBalancers({ duration, warmUp, rate, ...options }: Omit<BalanceOptions, "until" | "warmUp" | "clients"> & { readonly duration: number; readonly warmUp: number; readonly rate: number; readonly sources?: number }, seed: number): BalanceRun {
  const { sources, ...rest } = options;
  const clients = { loop: "open", rate: { times: [0], values: [rate / 1000] }, ...(sources !== undefined && { sources }) } as const;
  return balance({ ...rest, clients, until: 1000 * (warmUp + duration), warmUp: 1000 * warmUp }, seed);
}
