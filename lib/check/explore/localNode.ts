import type { NodeView } from "../../promises.js";
import type { NodeId, TimerOf, Types } from "../../protocol.js";

/** All that there is to one node. The memory of a node that is down is what it will start with. */
export interface LocalNode<T extends Types> extends NodeView<T> {
  readonly timers: readonly SetTimer<T>[];
  /** How many timers have fired on it, where that is bounded; otherwise 0. */
  readonly fired: number;
}

/** A timer that is set; those of a node stand in the order they were set, those of one handler by delay. */
export interface SetTimer<T extends Types> {
  readonly timer: TimerOf<T>;
  readonly delay: number;
}

/** A message in flight. */
export interface Envelope<T extends Types> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: T["Message"];
}

/**
 * Places of the timers that may fire next: a timer cannot overtake a shorter one, or one as short, that was set with it or
 * before it on the same node. How long ago a timer was set is not known, so that longer ones set earlier may come later.
 */
export function firstToFire(timers: readonly { readonly delay: number }[]): number[] {
  const first: number[] = [];
  let shortest = Infinity;
  timers.forEach(({ delay }, place) => {
    if (delay < shortest) first.push(place);
    shortest = Math.min(shortest, delay);
  });
  return first;
}
