import type { Context, NodeId, Protocol } from "../../protocol.js";
import { peer } from "./replica.js";

/**
 * The gossip that the survey prints (its Appendix F, in Go), and what is missing from it, each as an option. As printed a
 * cache node makes a ticker of ten seconds and at each tick sends its state to the one address that it was given; nothing
 * in the program receives. State is a version: the newest counts. Throws a `RangeError` for a period of 0 ms or less.
 */
export function printedGossip({ period = 10_000, to = "one address", receives = false, answers = false, startWithin = 0 }: PrintedGossipOptions = {}): Protocol<PrintedGossip> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);

  /** Whom a node sends to; the node with the one address would send to itself, and need not. */
  function target(context: Context<PrintedGossip>): NodeId | undefined {
    if (to === "one address") return context.self === 0 ? undefined : 0;
    return to === "next" ? (context.self + 1) % context.size : peer(context);
  }

  return {
    init: () => ({ version: 0 }),
    // A ticker fires for the first time when its period is over.
    onStart: (_state, context) => context.setTimer("tick", startWithin * context.random() + period),
    onTimer({ version }, _timer, context) {
      context.setTimer("tick", period);
      const node = context.size > 1 ? target(context) : undefined;
      if (node !== undefined) context.send(node, { type: "State", version });
    },
    onMessage(state, from, message, context) {
      if (!receives) return;
      if (answers && message.type === "State" && state.version > message.version) context.send(from, { type: "Answer", version: state.version });
      state.version = Math.max(state.version, message.version);
    },
    onInput(state, { version }) {
      state.version = Math.max(state.version, version);
    },
  };
}

export interface PrintedGossipOptions {
  /** Time between a node's ticks, in ms. Default 10,000. */
  readonly period?: number;
  /** Each node starts at a random time up to this one, in ms. Default 0. */
  readonly startWithin?: number;
  /** Whom a node sends to: the one address that all were given, the next node in a ring, or one drawn from all. Default: one address. */
  readonly to?: "one address" | "next" | "random";
  /** Whether a node that gets a newer state keeps it. Default false: there is no code that would. */
  readonly receives?: boolean;
  /** Whether a node that has something newer than it was sent sends it back. Default false. */
  readonly answers?: boolean;
}

export interface PrintedGossip {
  State: { version: number };
  Message: { readonly type: "State" | "Answer"; readonly version: number };
  Timer: "tick";
  /** A client changes this node's state. */
  Input: { readonly version: number };
}
