import type { NodeId } from "leaderlab";

/** What is known of a key: its value, or null if there is no such key. It holds until `expires` (ms), and at that moment no longer. */
export interface Entry {
  readonly value: string | null;
  readonly expires: number;
}

/** A node's own store: what it knows, by key. */
export type Store = Map<string, Entry>;

/** What a node has around it. */
export interface Around {
  /** Its clock, ms. */
  readonly now: number;
  /** The other nodes to ask before the origin, in this order; there may be none. */
  readonly replicas: readonly NodeId[];
  /** How long what the origin says holds, ms: a value, and that there is no such key. */
  readonly ttl: number;
  readonly absentTtl: number;
  /** The origin's Bloom filter: false if there is surely no such key, true if there may be one. It is at hand, and up to date. */
  mayExist(key: string): boolean;
}

/** What to do next: answer the client (null: there is no such key), ask somebody, or tell the client that there is no answer to be had. */
export type Step = { readonly kind: "answer"; readonly value: string | null } | { readonly kind: "ask"; readonly whom: NodeId | "origin" } | { readonly kind: "unavailable" };

/** A client asks for a key. */
export function lookUp(store: Store, key: string, around: Around): Step {
  // <answer> TODO: what can be answered at once, and who is asked first if nothing can?
  const entry = known(store, key, around.now);
  if (entry !== undefined) return { kind: "answer", value: entry.value };
  // Not noted in the store: the filter will say the same next time, and keys that do not exist are many.
  if (!around.mayExist(key)) return { kind: "answer", value: null };
  return { kind: "ask", whom: around.replicas[0] ?? "origin" };
  // </answer> throw new Error("lookUp is still to do");
}

/** A replica has told what it knows; null: nothing, or it did not answer in time. */
export function onReplica(store: Store, key: string, replica: NodeId, entry: Entry | null, around: Around): Step {
  // <answer> TODO: can this be answered and kept, and for how long? If not, who is next?
  // As it is: with a new end, a value could live for ever by being passed from node to node.
  if (entry !== null && entry.expires > around.now) {
    store.set(key, entry);
    return { kind: "answer", value: entry.value };
  }
  return { kind: "ask", whom: around.replicas[around.replicas.indexOf(replica) + 1] ?? "origin" };
  // </answer> throw new Error("onReplica is still to do");
}

/** The origin has told the value, which is null if it has no such key; null instead of an object: it did not answer in time. */
export function onOrigin(store: Store, key: string, found: { readonly value: string | null } | null, around: Around): Step {
  // <answer> TODO: what is kept for how long, and what is not kept at all?
  // That nobody answered says nothing about the key.
  if (found === null) return { kind: "unavailable" };
  keep(store, key, found.value, around);
  return { kind: "answer", value: found.value };
  // </answer> throw new Error("onOrigin is still to do");
}

/** A key has been written at the origin, or deleted (null), and all nodes are told so. */
export function onWrite(store: Store, key: string, value: string | null, around: Around): void {
  // <answer> TODO: this is the origin's word, too.
  keep(store, key, value, around);
  // </answer> throw new Error("onWrite is still to do");
}

/** Another node asks what this one knows of a key; null: nothing. */
export function tellReplica(store: Store, key: string, now: number): Entry | null {
  // <answer> TODO: only what is in the store, and still holds.
  // Whoever asked around here would be asked back by the next one.
  return known(store, key, now) ?? null;
  // </answer> throw new Error("tellReplica is still to do");
}

/** What the store has of a key, if it still holds. */
function known(store: Store, key: string, now: number): Entry | undefined {
  // <answer> TODO: when does an entry hold no longer?
  const entry = store.get(key);
  return entry === undefined || now >= entry.expires ? undefined : entry;
  // </answer> throw new Error("known is still to do");
}

/** Notes what the origin has said. */
function keep(store: Store, key: string, value: string | null, { now, ttl, absentTtl }: Around): void {
  // <answer> TODO: until when does it hold?
  store.set(key, { value, expires: now + (value === null ? absentTtl : ttl) });
  // </answer> throw new Error("keep is still to do");
}
