import { counterOf, type VersionVector } from "../../gossip/versions/versionVector.js";
import { Ring } from "../../hashing/ring.js";
import type { Stamp } from "../../replication/quorumStore/versioning.js";
import type { StoreRun } from "./stores.js";

/** A write as its client knows it. Times in ms. */
export interface Acknowledged {
  readonly client: number;
  readonly key: string;
  readonly value: string;
  readonly asked: number;
  readonly answered: number;
  readonly stamp?: Stamp;
  readonly read?: VersionVector;
}

export interface WrittenPair {
  readonly first: Acknowledged;
  readonly second: Acknowledged;
  /** Whether the first was answered before the second was asked. */
  readonly apart: boolean;
}

/** One entry of a log: its size, and the values that it names. */
export interface LogEntry {
  readonly bytes: number;
  readonly values: readonly string[];
}

/** The logs that may have to be read for a pair, in turn: the leader's or a follower's; or those of the keys' replicas, and then all others. */
export function logsOf({ design, size, leader, logs }: StoreRun, { first, second }: WrittenPair, follower: boolean): readonly (readonly LogEntry[])[] {
  const entries = (node: number) => read(logs[node]!);
  if (design === "raft") return [entries(follower ? (leader + 1) % size : leader)];
  const [one, other] = [first.key, second.key].map((key) => ringOf(size).replicas(key, size));
  // Whoever has both keys first.
  const rank = (node: number) => one!.indexOf(node) + other!.indexOf(node);
  return [...one!].sort((a, b) => rank(a) - rank(b)).map(entries);
}

/**
 * Whether a design's own order puts the first of two writes before the second: its place in the log; its timestamp; what the
 * second's writer had read of the same key. Null where it has none for them.
 */
export function isBefore({ design, logs, leader }: StoreRun, { first, second }: WrittenPair): boolean | null {
  if (design === "raft") return placeOf(logs[leader]!, first.value) < placeOf(logs[leader]!, second.value);
  if (design === "quorum store, last writer wins") return first.stamp!.time < second.stamp!.time;
  return first.key === second.key ? counterOf(second.read!, first.stamp!.node) >= first.stamp!.counter : null;
}

const placeOf = (log: readonly unknown[], value: string) => read(log).findIndex(({ values }) => values.includes(value));

const known = new WeakMap<readonly unknown[], readonly LogEntry[]>();
/** Values are what clients write: a client's number, a dot and a count. */
function read(log: readonly unknown[]): readonly LogEntry[] {
  let entries = known.get(log);
  if (!entries) {
    entries = log.map((entry) => {
      const text = JSON.stringify(entry);
      return { bytes: text.length, values: [...text.matchAll(/"(\d+\.\d+)"/g)].map(([, value]) => value!) };
    });
    known.set(log, entries);
  }
  return entries;
}

const rings = new Map<number, Ring<number>>();
/** As the store places its keys. */
function ringOf(size: number): Ring<number> {
  let ring = rings.get(size);
  if (!ring) rings.set(size, (ring = new Ring(Array.from({ length: size }, (_, node) => node), { points: 32 })));
  return ring;
}
