import type { Context, NodeId, Protocol } from "../../protocol.js";
import type { FailureDetector } from "./detector.js";

/**
 * Every node sends a numbered heartbeat to all others every `interval` ms, and watches theirs with a failure detector. A
 * node that starts again counts from 1 in a new life, whose number it keeps on its disk. It tells its client when it begins
 * to suspect another, and when it trusts it again. Throws a `RangeError` for an interval of 0 ms or less.
 */
export function heartbeats<D extends object>({ interval = 100, detector }: HeartbeatOptions<D>): Protocol<Heartbeats<D>> {
  if (!(interval > 0)) throw new RangeError(`expected an interval above 0 ms, not ${interval}`);

  function beat(state: HeartbeatState<D>, context: Context<Heartbeats<D>>): void {
    state.sequence++;
    for (const other of state.watched) context.send(other.node, { life: state.life, sequence: state.sequence });
    context.setTimer("beat", interval);
  }

  /** Trusts another, or not, as its detector says now; looks again when it may change its mind. */
  function judge(other: Watched<D>, context: Context<Heartbeats<D>>): void {
    const wait = detector.suspectsAt(other.detector) - context.now;
    const suspected = wait <= 0;
    if (suspected) context.cancelTimer({ watch: other.node });
    else if (wait < Infinity) context.setTimer({ watch: other.node }, wait);
    if (suspected === other.suspected) return;
    other.suspected = suspected;
    context.output({ type: suspected ? "suspect" : "trust", node: other.node });
  }

  return {
    init: (self, size, stored) => ({ life: (stored?.life ?? 0) + 1, sequence: 0, watched: others(self, size).map((node) => ({ node, life: 0, sequence: 0, suspected: false, detector: detector.init(0) })) }),
    onStart(state, context) {
      context.save({ life: state.life });
      for (const other of state.watched) {
        other.detector = detector.init(context.now);
        judge(other, context);
      }
      beat(state, context);
    },
    onMessage(state, from, { life, sequence }, context) {
      const other = state.watched.find(({ node }) => node === from)!;
      if (life < other.life || (life === other.life && sequence <= other.sequence)) return;
      if (life > other.life) other.detector = detector.init(context.now);
      Object.assign(other, { life, sequence });
      detector.heartbeat(other.detector, sequence, context.now);
      judge(other, context);
    },
    onTimer(state, timer, context) {
      if (timer === "beat") beat(state, context);
      else judge(state.watched.find(({ node }) => node === timer.watch)!, context);
    },
  };
}

const others = (self: NodeId, size: number): NodeId[] => Array.from({ length: size }, (_, node) => node).filter((node) => node !== self);

export interface HeartbeatOptions<D extends object> {
  /** Time between two heartbeats, ms. Default 100. */
  readonly interval?: number;
  /** The rule by which the others are watched. */
  readonly detector: FailureDetector<D>;
}

/** What a node knows of another. */
export interface Watched<D extends object> {
  readonly node: NodeId;
  /** Its newest heartbeat that has come. */
  life: number;
  sequence: number;
  suspected: boolean;
  detector: D;
}

export interface HeartbeatState<D extends object> {
  life: number;
  /** Heartbeats sent in this life. */
  sequence: number;
  watched: Watched<D>[];
}

export interface Heartbeats<D extends object> {
  State: HeartbeatState<D>;
  Message: { readonly life: number; readonly sequence: number };
  Timer: "beat" | { readonly watch: NodeId };
  Stored: { readonly life: number };
  Output: { readonly type: "suspect" | "trust"; readonly node: NodeId };
}
