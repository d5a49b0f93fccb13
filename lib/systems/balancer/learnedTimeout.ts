import type { FailureDetector } from "../../gossip/failureDetectors/detector.js";

export interface LearnedTimeoutOptions {
  /** The share of heartbeats that may come too late, above 0 and below 1. */
  readonly late: number;
  /** By how much the timeout grows when one was late: e^gain-fold. */
  readonly gain: number;
  /** The timeout before anything is learnt, ms. */
  readonly first: number;
}

export interface LearnedTimeoutState {
  sequence: number;
  last: number;
  /** The timeout since the last heartbeat, ms. */
  timeout: number;
}

/**
 * A timeout that learns a quantile of the times between heartbeats, by stochastic approximation (Robbins and Monro 1951)
 * with a constant gain, so that it goes on learning: each heartbeat that came too late makes it longer by e^(gain × (1 − late)),
 * each that did not shorter by e^(−gain × late). It stands still on average where the share `late` is late; it keeps one
 * number, and assumes no distribution.
 */
export function learnedTimeout({ late, gain, first }: LearnedTimeoutOptions): FailureDetector<LearnedTimeoutState> {
  const [longer, shorter] = [Math.exp(gain * (1 - late)), Math.exp(-gain * late)];
  return {
    init: (now) => ({ sequence: 0, last: now, timeout: first }),
    heartbeat(state, sequence, now) {
      if (sequence <= state.sequence) return;
      if (state.sequence > 0) state.timeout *= now - state.last > state.timeout ? longer : shorter;
      state.sequence = sequence;
      state.last = now;
    },
    suspectsAt: ({ last, timeout }) => last + timeout,
  };
}
