import type { Context, NodeId, Protocol } from "../../protocol.js";
import { peer } from "./replica.js";

/**
 * Averaging by push and pull (Jelasity, Montresor and Babaoglu, Gossip-Based Aggregation in Large Dynamic Networks, ACM
 * TOCS 23(3), 2005, Figure 1): once a cycle a site sends its value to another, drawn at random, which answers with its
 * own, and both take the mean of the two. So the sum stays what it was while all come to hold the mean.
 *
 * The paper lets an exchange happen at one instant. Here a site may be called while it waits for an answer, so each side
 * adds half of the difference of the two values that were sent: what one gains the other loses, whatever came between. A
 * site has one exchange of its own at a time, and does not repeat one whose message comes twice; messages must not be
 * lost. Two sites that call each other at the same moment swap what they hold; cycles of unequal length (`jitter`) keep
 * them from doing so for ever. Throws a `RangeError` for options out of range.
 */
export function averaging({ period = 100, startWithin = period, jitter = 0.2 }: AveragingOptions = {}): Protocol<Averaging> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`expected a jitter from 0 to 1, not ${jitter}`);

  function call(state: AveragingState, context: Context<Averaging>): void {
    context.setTimer("cycle", period * (1 + jitter * (context.random() - 0.5)));
    if (state.pending || context.size < 2) return;
    state.pending = { to: peer(context), exchange: ++state.exchanges, value: state.value };
    context.send(state.pending.to, { type: "Value", exchange: state.exchanges, value: state.value });
  }

  function onValue(state: AveragingState, from: NodeId, { exchange, value }: Value, context: Context<Averaging>): void {
    const last = state.given[from];
    if (last && last.exchange >= exchange) return;
    context.send(from, { type: "Answer", exchange, value: state.value });
    const gained = (value - state.value) / 2;
    state.given[from] = { exchange, gained };
    state.value += gained;
  }

  function onAnswer(state: AveragingState, { exchange, value }: Value): void {
    if (state.pending?.exchange !== exchange) return;
    state.value += (value - state.pending.value) / 2;
    state.pending = null;
  }

  return {
    init: (_self, _size, stored) => ({ initial: stored?.value ?? 0, value: stored?.value ?? 0, exchanges: 0, pending: null, given: {} }),
    onStart: (_state, context) => context.setTimer("cycle", startWithin * context.random()),
    onTimer: (state, _timer, context) => call(state, context),
    onMessage: (state, from, message, context) => (message.type === "Value" ? onValue(state, from, message, context) : onAnswer(state, message)),
  };
}

export interface AveragingOptions {
  /** Time between a site's cycles, in ms. Default 100. */
  readonly period?: number;
  /** Each site begins at a random time up to this one, in ms. Default: the period. */
  readonly startWithin?: number;
  /** How much longer a cycle may be than another, as a share of the period. Default 0.2. */
  readonly jitter?: number;
}

export interface AveragingState {
  /** What it had at the start; its disk says so. */
  initial: number;
  value: number;
  /** Exchanges that it has begun. */
  exchanges: number;
  /** Its own exchange that has not been answered yet, and the value it sent. */
  pending: { to: NodeId; exchange: number; value: number } | null;
  /** By site, the last exchange with it that this one answered, and what this one gained by it. */
  given: Record<NodeId, { exchange: number; gained: number }>;
}

interface Value {
  readonly exchange: number;
  readonly value: number;
}

export interface Averaging {
  State: AveragingState;
  Message: ({ readonly type: "Value" } & Value) | ({ readonly type: "Answer" } & Value);
  Timer: "cycle";
  Stored: { readonly value: number };
}
