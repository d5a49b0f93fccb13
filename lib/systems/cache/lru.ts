import { checkCapacity, type Eviction } from "./eviction.js";
import { drop, listed, recencyList, type RecencyList, use } from "./recencyList.js";

/** Least recently used goes first: a store of `capacity` keys, a whole number from 1. */
export function lru(capacity: number): Eviction<RecencyList> {
  checkCapacity(capacity);
  return {
    begin: recencyList,
    use,
    add(list, key) {
      use(list, key);
      if (list.length <= capacity) return NONE;
      const oldest = list.oldest!;
      drop(list, oldest);
      return [oldest];
    },
    drop: (list, key) => void drop(list, key),
    keys: listed,
  };
}

const NONE: string[] = [];
