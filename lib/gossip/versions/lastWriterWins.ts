import type { NodeId } from "../../protocol.js";

/** When a value was written, by its writer's clock (ms), and who wrote it. */
export interface Timestamp {
  readonly time: number;
  readonly node: NodeId;
}

/** A value with its timestamp. */
export interface Stamped<V> {
  readonly value: V;
  readonly timestamp: Timestamp;
}

/** Below 0 if the first timestamp is the older one, above 0 if it is the newer one: by time, then by node (Thomas 1979; Johnson and Thomas, RFC 677). */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.time - b.time || a.node - b.node;
}

/**
 * The last writer wins: of two values, the one with the newer timestamp; the other is gone, whoever was told that it is
 * kept. Should a node give two values one timestamp, the one whose JSON text is greater wins, so that all nodes choose alike.
 */
export function latest<S extends Stamped<unknown>>(a: S, b: S): S {
  const order = compareTimestamps(a.timestamp, b.timestamp);
  if (order !== 0) return order > 0 ? a : b;
  return JSON.stringify(a.value) >= JSON.stringify(b.value) ? a : b;
}

/**
 * The time for the timestamp of a write by a hybrid logical clock, ms: what the clock says, or just above the newest
 * timestamp that the writer has seen, whichever is more. A write that follows another then never loses to it, however
 * clocks differ (Kulkarni et al., Logical Physical Clocks, OPODIS 2014, with the two parts in one number).
 */
export function hybridTime(now: number, newestSeen: number): number {
  return Math.max(now, newestSeen + 1);
}
