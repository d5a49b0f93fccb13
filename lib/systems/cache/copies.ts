import { compareTimestamps, type Timestamp } from "../../gossip/versions/lastWriterWins.js";
import type { Context } from "../../protocol.js";
import type { Eviction } from "./eviction.js";
import type { Cache, CacheRules, Copy, Entry, Loaded, NodeState, Written } from "./types.js";

/**
 * What a node holds: entries in bounded room, of which some were written by clients and some loaded from the origin, and
 * tombstones. Of what was written under a key the newest stamp stays; it shadows what was loaded. What is over by the
 * node's clock is never found again: a write that lived less than the longest leaves a tombstone for as long as an older one might live.
 */
export function copies({ ttl }: Pick<CacheRules, "ttl">, policy: Eviction, capacity: number) {
  type Own = Context<Cache>;

  /** What is under a key and not over. */
  function find(state: NodeState, key: string): Entry | undefined {
    const entry = state.entries[key];
    if (entry === undefined || state.time < entry.expires) return entry;
    forget(state, key);
    if (entry.kind === "written" && state.time < entry.stamp.time + ttl) state.tombstones[key] = { ...entry, value: null, expires: entry.stamp.time + ttl };
    return undefined;
  }

  /** The newest version that is known to have been written under a key. */
  function newest(state: NodeState, key: string): Written | undefined {
    const entry = find(state, key);
    if (entry?.kind === "written") return entry;
    const tombstone = state.tombstones[key];
    if (tombstone === undefined || state.time < tombstone.expires) return tombstone;
    delete state.tombstones[key];
    return undefined;
  }

  /** Takes a version unless it is over, or there is a newer one; into free room alone if nothing is to be evicted for it. Returns whether it or a newer one is there. */
  function keep(state: NodeState, key: string, written: Written, context: Own, evicts: boolean): boolean {
    if (state.time >= written.expires) return false;
    const known = newest(state, key);
    if (known && compareTimestamps(written.stamp, known.stamp) <= 0) return true;
    if (written.value === null) {
      forget(state, key);
      state.tombstones[key] = written;
      return true;
    }
    return put(state, key, written, context, evicts);
  }

  /** Takes what was loaded, unless clients have written since, or the watch knows of a later change. */
  function keepLoaded(state: NodeState, key: string, loaded: Loaded, context: Own, evicts: boolean): boolean {
    const there = find(state, key);
    if (there?.kind === "written" || state.time >= loaded.expires || isOutdated(state, key, loaded) || (there && there.version > loaded.version)) return false;
    return put(state, key, loaded, context, evicts);
  }

  function put(state: NodeState, key: string, entry: Entry, context: Own, evicts: boolean): boolean {
    if (state.entries[key] !== undefined) policy.use(state.policy, key);
    else {
      if (!evicts && Object.keys(state.entries).length >= capacity) return false;
      for (const victim of policy.add(state.policy, key)) evict(state, victim, context);
    }
    if (entry.kind === "written") delete state.tombstones[key];
    state.entries[key] = entry;
    return true;
  }

  function evict(state: NodeState, key: string, context: Own): void {
    const entry = state.entries[key];
    delete state.entries[key];
    state.evictions++;
    if (entry) context.output({ type: "evicted", key, stamp: entry.kind === "written" ? entry.stamp : null });
  }

  function forget(state: NodeState, key: string): void {
    if (state.entries[key] === undefined) return;
    delete state.entries[key];
    policy.drop(state.policy, key);
  }

  /** Drops all that is over. */
  function collect(state: NodeState): void {
    for (const key of Object.keys(state.entries)) find(state, key);
    for (const [key, { expires }] of Object.entries(state.tombstones)) if (state.time >= expires) delete state.tombstones[key];
  }

  /** What was written, tombstones included, and is not over. */
  function written(state: NodeState): Copy[] {
    collect(state);
    const found: Copy[] = Object.entries(state.tombstones);
    for (const [key, entry] of Object.entries(state.entries)) if (entry.kind === "written") found.push([key, entry]);
    return found;
  }

  const use = (state: NodeState, key: string) => policy.use(state.policy, key);

  return { find, newest, keep, keepLoaded, forget, collect, written, use };
}

/** Whether there was a change of the key after this was read, or may have been, as far as the node's index goes. */
export const isOutdated = ({ index }: NodeState, key: string, { version, at }: Pick<Loaded, "version" | "at">): boolean => (index.versions[key] ?? 0) > version || at < index.since;

/** The time of a stamp that comes after all of these. */
export const above = (...times: readonly (Timestamp | undefined)[]): number => Math.max(-Infinity, ...times.map((stamp) => stamp?.time ?? -Infinity));
