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
  // TODO: what can be answered at once, and who is asked first if nothing can?
  throw new Error("lookUp is still to do");
}

/** A replica has told what it knows; null: nothing, or it did not answer in time. */
export function onReplica(store: Store, key: string, replica: NodeId, entry: Entry | null, around: Around): Step {
  // TODO: can this be answered and kept, and for how long? If not, who is next?
  throw new Error("onReplica is still to do");
}

/** The origin has told the value, which is null if it has no such key; null instead of an object: it did not answer in time. */
export function onOrigin(store: Store, key: string, found: { readonly value: string | null } | null, around: Around): Step {
  // TODO: what is kept for how long, and what is not kept at all?
  throw new Error("onOrigin is still to do");
}

/** A key has been written at the origin, or deleted (null), and all nodes are told so. */
export function onWrite(store: Store, key: string, value: string | null, around: Around): void {
  // TODO: this is the origin's word, too.
  throw new Error("onWrite is still to do");
}

/** Another node asks what this one knows of a key; null: nothing. */
export function tellReplica(store: Store, key: string, now: number): Entry | null {
  // TODO: only what is in the store, and still holds.
  throw new Error("tellReplica is still to do");
}

/** What the store has of a key, if it still holds. */
function known(store: Store, key: string, now: number): Entry | undefined {
  // TODO: when does an entry hold no longer?
  throw new Error("known is still to do");
}

/** Notes what the origin has said. */
function keep(store: Store, key: string, value: string | null, { now, ttl, absentTtl }: Around): void {
  // TODO: until when does it hold?
  throw new Error("keep is still to do");
}
