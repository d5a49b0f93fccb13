/**
 * Keys in the order of their last use, in which every step takes the same time: a doubly linked list by key. Plain data.
 */
export interface RecencyList {
  /** Used last. */
  newest: string | null;
  /** Not used for the longest time. */
  oldest: string | null;
  /** By key: who was used just after it, and who just before. */
  readonly links: Record<string, Link>;
  length: number;
}

interface Link {
  newer: string | null;
  older: string | null;
}

/** A list without keys. */
export const recencyList = (): RecencyList => ({ newest: null, oldest: null, links: {}, length: 0 });

/** Whether a key is in the list. */
export const isListed = ({ links }: RecencyList, key: string): boolean => links[key] !== undefined;

/** Puts a key first: it is the newest from now on, whether it was there or not. */
export function use(list: RecencyList, key: string): void {
  if (list.newest === key) return;
  drop(list, key);
  const before = list.newest;
  list.links[key] = { newer: null, older: before };
  if (before === null) list.oldest = key;
  else list.links[before]!.newer = key;
  list.newest = key;
  list.length++;
}

/** Takes a key out of the list. Returns whether it was there. */
export function drop(list: RecencyList, key: string): boolean {
  const link = list.links[key];
  if (link === undefined) return false;
  if (link.newer === null) list.newest = link.older;
  else list.links[link.newer]!.older = link.older;
  if (link.older === null) list.oldest = link.newer;
  else list.links[link.older]!.newer = link.newer;
  delete list.links[key];
  list.length--;
  return true;
}

/** The keys, the newest first. */
export function listed(list: RecencyList): string[] {
  const keys: string[] = [];
  for (let key = list.newest; key !== null; key = list.links[key]!.older) keys.push(key);
  return keys;
}
