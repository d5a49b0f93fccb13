import { addKey, mayContain } from "./bloomFilter.js";
import type { CacheMessage, NodeState, OriginIndex } from "./types.js";

/** Nothing is known of the origin. */
export const noIndex = (): OriginIndex => ({ version: -1, since: -1, versions: {}, filter: null });

/** Whether it is certain that the origin did not have a key at its change number `index.version`. */
export const isAbsent = ({ filter }: OriginIndex, key: string): boolean => filter !== null && !mayContain(filter, key);

/**
 * Takes in what the watch tells. Changes follow on what is known, or there is a gap and the watch must be renewed: then this
 * returns false. What was loaded before a change of its key goes.
 */
export function learn(state: NodeState, message: Extract<CacheMessage, { type: "Changes" | "Snapshot" }>, forget: (key: string) => void): boolean {
  const { index } = state;
  if (message.type === "Snapshot") {
    if (message.version <= index.version) return true;
    state.index = { version: message.version, since: message.version, versions: {}, filter: { ...message.filter, words: [...message.filter.words] } };
    // Which keys have changed it does not say.
    for (const [key, entry] of Object.entries(state.entries)) if (entry.kind === "loaded" && entry.at < message.version) forget(key);
    return true;
  }
  const { after, keys } = message;
  if (after > index.version || index.version < 0) return false;
  for (let i = index.version - after; i < keys.length; i++) {
    const key = keys[i]!;
    index.version++;
    index.versions[key] = index.version;
    if (index.filter) addKey(index.filter, key);
    const entry = state.entries[key];
    if (entry?.kind === "loaded" && entry.version < index.version) forget(key);
  }
  return true;
}
