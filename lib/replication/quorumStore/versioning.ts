import { hybridTime, latest, type Stamped } from "../../gossip/versions/lastWriterWins.js";
import { NO_SIBLINGS, type Siblings, sync, update } from "../../gossip/versions/siblings.js";
import { counterOf, type VersionVector } from "../../gossip/versions/versionVector.js";
import type { NodeId } from "../../protocol.js";

/** Names a version: the replica that made it, how many it has made, and its clock (ms) at the time. */
export interface Stamp {
  readonly node: NodeId;
  readonly counter: number;
  readonly time: number;
}

/** How a store tells versions of a key apart, and which it keeps. `Held` is what a replica holds under one key: plain data. A deleted key's value is null, its tombstone. */
export interface Versioning<Held> {
  /** Under a key that was never written. */
  readonly nothing: Held;
  /** What is known to two replicas together. In whatever order they meet, they come to the same. */
  merge(a: Held, b: Held): Held;
  /** A replica's next version: it replaces what its writer has read. Its counter is above `above`, and above all that are known of this replica. */
  write(held: Held, read: VersionVector, value: string | null, by: { readonly node: NodeId; readonly above: number; readonly now: number }): { readonly held: Held; readonly stamp: Stamp };
  /** The values that are held, tombstones included. */
  values(held: Held): readonly (string | null)[];
  /** Which updates are known, for a client who will write; empty where no one keeps count. */
  readOf(held: Held): VersionVector;
}

/** Siblings, by dotted version vectors: a write replaces what its writer has read, and nothing else (DeCandia and others 2007, §4.4; Preguiça and others 2010). */
export const dottedSiblings: Versioning<Siblings<string | null>> = {
  nothing: NO_SIBLINGS,
  merge: sync,
  write(held, read, value, { node, above, now }) {
    const counter = 1 + Math.max(above, counterOf(held.context, node), counterOf(read, node));
    return { held: update(held, read, { node, counter }, value), stamp: { node, counter, time: now } };
  },
  values: ({ versions }) => versions.map(({ value }) => value),
  readOf: ({ context }) => context,
};

/** One version: the one with the newest timestamp; null if there is none. */
export type Newest = Stamped<{ readonly value: string | null; readonly counter: number }> | null;

/**
 * The last writer wins, by the clocks of the replicas that make the versions: simple, and it loses what was acknowledged
 * wherever a clock is behind another. With `hybrid` a version is newer than what its replica holds, whatever its clock says.
 */
export function lastWriterWins({ hybrid = false }: { readonly hybrid?: boolean } = {}): Versioning<Newest> {
  const merge = (a: Newest, b: Newest): Newest => (a && b ? latest(a, b) : (a ?? b));
  return {
    nothing: null,
    merge,
    write(held, _read, value, { node, above, now }) {
      const time = hybrid ? hybridTime(now, held?.timestamp.time ?? 0) : now;
      const counter = 1 + Math.max(above, held?.timestamp.node === node ? held.value.counter : 0);
      return { held: merge(held, { value: { value, counter }, timestamp: { time, node } }), stamp: { node, counter, time } };
    },
    values: (held) => (held ? [held.value.value] : []),
    readOf: () => ({}),
  };
}
