import type { CellKind, Store } from "./types.js";

/** What is under a key. A key may be called like something that every object inherits. */
export const cellAt = <V>(record: Readonly<Record<string, V>>, key: string): V | undefined => (Object.hasOwn(record, key) ? record[key] : undefined);

/** A record of those keys for which there is something. */
export function recordOf<V>(keys: Iterable<string>, at: (key: string) => V | undefined): Readonly<Record<string, V>> {
  const record: Record<string, V> = {};
  for (const key of keys) {
    const value = at(key);
    if (value === undefined) continue;
    // The one name to which nothing can simply be assigned.
    if (key === "__proto__") Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
    else record[key] = value;
  }
  return record;
}

/** Both stores, merged key by key. */
export function mergeStores<Cell>({ merge }: Pick<CellKind<Cell, unknown, unknown>, "merge">, mine: Store<Cell>, theirs: Store<Cell>): Store<Cell> {
  const merged = recordOf(Object.keys(theirs), (key) => {
    const [cell, other] = [cellAt(mine, key), cellAt(theirs, key)!];
    return cell === undefined ? other : merge(cell, other);
  });
  return { ...mine, ...merged };
}

/** A store without some keys. */
export const withoutKeys = <Cell>(store: Store<Cell>, keys: readonly string[]): Store<Cell> => Object.fromEntries(Object.entries(store).filter(([key]) => !keys.includes(key)));

/** Text that two stores share exactly when they hold the same. */
export const storeText = (store: Store<unknown>): string => JSON.stringify(Object.entries(store).sort(([a], [b]) => (a < b ? -1 : 1)));
