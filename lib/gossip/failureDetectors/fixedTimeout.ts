import type { FailureDetector } from "./detector.js";

/** A fixed timeout since the last heartbeat, ms. It knows neither when heartbeats are sent nor how long they take. */
export function fixedTimeout({ timeout }: { readonly timeout: number }): FailureDetector<FixedTimeoutState> {
  return {
    init: (now) => ({ sequence: 0, last: now }),
    heartbeat(state, sequence, now) {
      if (sequence <= state.sequence) return;
      state.sequence = sequence;
      state.last = now;
    },
    suspectsAt: ({ last }) => last + timeout,
  };
}

export interface FixedTimeoutState {
  /** The newest heartbeat that has come; 0: none. */
  sequence: number;
  /** When it came, or when the watch began. */
  last: number;
}
