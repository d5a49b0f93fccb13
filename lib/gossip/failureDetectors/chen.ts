import type { FailureDetector } from "./detector.js";
import { emptyWindow, meanOf, push, type SlidingWindow } from "./slidingWindow.js";

/**
 * NFD-E (Chen, Toueg and Aguilera, On the Quality of Service of Failure Detectors, IEEE Transactions on Computers 51(5),
 * 2002): heartbeats are sent every `interval` ms, by a clock that need not agree with the receiver's. From the last
 * `window` of them (32 in the paper) it estimates when the next one is due, and waits `margin` (α) ms beyond that. Before
 * the first one it waits for interval and margin.
 */
export function chen({ interval, margin, window = 32 }: ChenOptions): FailureDetector<ChenState> {
  return {
    init: (now) => ({ sequence: 0, begun: now, delays: emptyWindow() }),
    heartbeat(state, sequence, now) {
      if (sequence <= state.sequence) return;
      state.sequence = sequence;
      // When it came, less the time at which it was sent if heartbeat 0 was sent at 0: the delay, up to a constant.
      push(state.delays, now - interval * sequence, window);
    },
    suspectsAt: ({ sequence, begun, delays }) => (sequence === 0 ? begun + interval : meanOf(delays) + interval * (sequence + 1)) + margin,
  };
}

/**
 * NFD-S (in the same paper), for clocks that agree: heartbeat i is sent at `origin` + i × `interval`; from `delta` (δ)
 * after heartbeat i should have been sent, the sender is trusted only if heartbeat i or a later one has come.
 */
export function chenSynchronized({ interval, delta, origin = 0 }: { readonly interval: number; readonly delta: number; readonly origin?: number }): FailureDetector<{ sequence: number }> {
  return {
    init: () => ({ sequence: 0 }),
    heartbeat(state, sequence) {
      state.sequence = Math.max(state.sequence, sequence);
    },
    suspectsAt: ({ sequence }) => origin + interval * (sequence + 1) + delta,
  };
}

export interface ChenOptions {
  readonly interval: number;
  readonly margin: number;
  readonly window?: number;
}

export interface ChenState {
  sequence: number;
  begun: number;
  /** Arrival times less the sending times by the sender's own count. */
  delays: SlidingWindow;
}
