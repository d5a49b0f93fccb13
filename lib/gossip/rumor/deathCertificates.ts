import type { NodeId } from "../../protocol.js";

/** When an item was written, and where: two writes never have the same. */
export interface Timestamp {
  /** By the writer's clock, ms. */
  readonly time: number;
  readonly node: NodeId;
}

/** What a site holds for a key: a value, or the death certificate of one that was deleted. */
export type Item = Value | DeathCertificate;

export interface Value {
  readonly timestamp: Timestamp;
  readonly value: string | number;
}

/**
 * Stands for a deleted item, so that older copies of it do not come back (Demers et al. 1987, §2). It outranks what is
 * older than its timestamp. For how long it is spread counts from its activation.
 */
export interface DeathCertificate {
  readonly timestamp: Timestamp;
  readonly value: null;
  readonly activated: number;
  /** The sites that keep it when all others have dropped it. */
  readonly retention: readonly NodeId[];
}

/** How long death certificates last, in ms. Clocks must agree by much more than these times. */
export interface CertificateTimes {
  /** For so long after its activation every site keeps it (τ₁). */
  readonly active: number;
  /** For so much longer the retention sites keep it, dormant (τ₂). */
  readonly dormant: number;
}

/** What a site knows. Dormant death certificates are told to nobody. */
export interface Store {
  items: Record<string, Item>;
  dormant: Record<string, DeathCertificate>;
}

/** What became of an item that a site was given. */
export type Taken = "learnt" | "known" | "obsolete" | "awakened";

/** A site is given an item, and keeps the newer one. */
export function take(store: Store, key: string, item: Item, now: number): Taken {
  if (item.value !== null && awaken(store, key, item.timestamp, now)) return "awakened";
  const own = itemOf(store, key);
  const order = own ? compareTimestamps(item.timestamp, own.timestamp) : 1;
  if (order < 0) return "obsolete";
  if (order === 0 && !isReactivated(item, own!)) return "known";
  activate(store, key, item);
  return "learnt";
}

/**
 * Somebody still has a value with this timestamp. If a dormant death certificate outranks it, that is activated anew, with
 * its old timestamp, so that it does not cancel what was written after the deletion (§2.3). Returns whether it was.
 */
export function awaken(store: Store, key: string, timestamp: Timestamp, now: number): boolean {
  const certificate = store.dormant[key];
  if (!certificate || compareTimestamps(timestamp, certificate.timestamp) >= 0) return false;
  activate(store, key, { ...certificate, activated: now });
  return true;
}

/** What a site holds for a key, asleep or not. */
export const itemOf = ({ items, dormant }: Store, key: string): Item | undefined => items[key] ?? dormant[key];

function activate(store: Store, key: string, item: Item): void {
  store.items[key] = item;
  delete store.dormant[key];
}

/** The same death certificate, activated again since. */
const isReactivated = (item: Item, own: Item) => item.value === null && own.value === null && item.activated > own.activated;

/** Drops the death certificates whose time has passed; at their retention sites they become dormant first. Returns whether any did. */
export function expire(store: Store, self: NodeId, { active, dormant }: CertificateTimes, now: number): boolean {
  let changed = false;
  for (const [key, item] of Object.entries(store.items)) {
    if (item.value !== null || now <= item.activated + active) continue;
    delete store.items[key];
    if (item.retention.includes(self)) store.dormant[key] = item;
    changed = true;
  }
  for (const [key, item] of Object.entries(store.dormant)) {
    if (now <= item.activated + active + dormant) continue;
    delete store.dormant[key];
    changed = true;
  }
  return changed;
}

/** Below 0 if `a` is older than `b`, above if newer; of two at the same time the one of the higher site is newer. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.time - b.time || a.node - b.node;
}
