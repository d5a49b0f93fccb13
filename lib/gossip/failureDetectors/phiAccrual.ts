import type { FailureDetector } from "./detector.js";
import { normalQuantile, tailLevel } from "./normalTail.js";
import { deviationOf, emptyWindow, meanOf, push, type SlidingWindow } from "./slidingWindow.js";

/**
 * The φ accrual failure detector (Hayashibara, Défago, Yared and Katayama, SRDS 2004): it learns how the times between
 * heartbeats are distributed, and says how unlikely it is that a heartbeat would still be on its way: φ(t) = −log10 of the
 * probability that it comes later than t after the last one. The sender is suspected from φ = `threshold` on; so one
 * heartbeat in 10^threshold raises a false suspicion, if times are as assumed: normal (as in the paper), or exponential
 * (as in Cassandra).
 */
export function phiAccrual({ threshold, distribution = "normal", window = 1000, first, deviation = 0 }: PhiOptions): AccrualDetector {
  // F is 1 − 10^−threshold at μ + z σ, and for exponential times at μ × threshold × ln 10.
  const z = distribution === "normal" ? normalQuantile(threshold) : 0;
  const meanTime = ({ times }: PhiState) => (times.values.length === 0 ? first : meanOf(times));
  const spread = ({ times }: PhiState) => Math.max(deviation, times.values.length === 0 ? first / 4 : deviationOf(times));
  return {
    init: (now) => ({ sequence: 0, last: now, times: emptyWindow() }),
    heartbeat(state, sequence, now) {
      if (sequence <= state.sequence) return;
      // The watch may have begun at any moment before the first one.
      if (state.sequence > 0) push(state.times, Math.max(0, now - state.last), window);
      state.sequence = sequence;
      state.last = now;
    },
    suspectsAt: (state) => state.last + (distribution === "normal" ? meanTime(state) + z * spread(state) : meanTime(state) * threshold * Math.LN10),
    phi(state, now) {
      const elapsed = now - state.last;
      if (distribution === "exponential") return Math.max(0, elapsed) / meanTime(state) / Math.LN10;
      const deviations = (elapsed - meanTime(state)) / spread(state);
      return tailLevel(Number.isNaN(deviations) ? 0 : deviations);
    },
  };
}

/** A detector that says how much it suspects: whoever asks sets a threshold. */
export interface AccrualDetector extends FailureDetector<PhiState> {
  /** φ: 1 is a tenth, 2 a hundredth of a chance that the sender is there after all. */
  phi(state: PhiState, now: number): number;
}

export interface PhiOptions {
  /** Φ: the suspicion at which the sender counts as suspected, above 0. */
  readonly threshold: number;
  readonly distribution?: "normal" | "exponential";
  /** How many of the last times between heartbeats are kept. Default 1000, as in the paper. */
  readonly window?: number;
  /** The time between heartbeats that is taken for granted before two have come, ms; its deviation then is a quarter of it. */
  readonly first: number;
  /** The least standard deviation that is assumed, ms: heartbeats that never vary would else be suspected when a moment late. Default 0. */
  readonly deviation?: number;
}

export interface PhiState {
  sequence: number;
  last: number;
  /** Times between heartbeats as they came. */
  times: SlidingWindow;
}
