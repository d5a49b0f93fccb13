import type { BalanceOptions } from "./balance.js";

/** What `balance` is given, and what stands for what is not. */
export function completeOptions({ balancers = 1, weights, loads = { kind: "exact" }, health, outliers, panic = 0.5, outages = [], timeout = Infinity, retries = 0, refusal = 1, warmUp = 0, sample = Infinity, ...rest }: BalanceOptions) {
  return { ...rest, balancers, weights: weights ?? rest.speeds.map(() => 1), loads, health: health ?? null, outliers: outliers ?? null, panic, outages, timeout, retries, refusal, warmUp, sample };
}
