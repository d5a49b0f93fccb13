import { addKey, type BloomFilter, bloomFilter, mayContain } from "./bloomFilter.js";
import { count, type CountMinSketch, countMinSketch, estimate, halve } from "./countMinSketch.js";
import { checkCapacity, type Eviction } from "./eviction.js";
import { drop, isListed, listed, recencyList, type RecencyList, use } from "./recencyList.js";

export interface TinyLfuOptions {
  /** Share of the capacity for newcomers, at least one place. Default 0.01. */
  readonly window?: number;
  /** Share of the rest for keys that were used again since they were let in. Default 0.8. */
  readonly protectedShare?: number;
  /** After how many requests, as a multiple of the capacity, all counts are halved. Default 10. */
  readonly sample?: number;
  /** Whether a key's first request in a sample is only noted in a Bloom filter, the doorkeeper. Default true. */
  readonly doorkeeper?: boolean;
}

export interface TinyLfuState {
  readonly window: RecencyList;
  /** Let in, and not used since. */
  readonly probation: RecencyList;
  /** Used again since. */
  readonly protected: RecencyList;
  readonly sketch: CountMinSketch;
  doorkeeper: BloomFilter;
  /** Requests since the counts were halved. */
  requests: number;
}

/**
 * W-TinyLFU (Einziger, Friedman and Manes, TinyLFU: a highly efficient cache admission policy, ACM Transactions on Storage
 * 13(4), 2017): a newcomer passes through a small window in order of use; at its end it is let in for another key only if it
 * was asked for more often. How often is kept by a count-min sketch of small counters, behind a doorkeeper that takes the
 * many keys that come once; all counts are halved after each sample. Who was let in is kept in order of use in two segments.
 * A store of `capacity` keys, a whole number from 1.
 */
export function tinyLfu(capacity: number, { window: windowShare = 0.01, protectedShare = 0.8, sample = 10, doorkeeper = true }: TinyLfuOptions = {}): Eviction<TinyLfuState> {
  checkCapacity(capacity);
  const room = Math.min(capacity, Math.max(1, Math.round(windowShare * capacity)));
  const main = capacity - room;
  const guarded = Math.floor(protectedShare * main);
  const size = Math.max(1, Math.round(sample * capacity));
  const emptyDoorkeeper = (): BloomFilter => bloomFilter(Math.max(64, 8 * size), 3);

  const frequency = (state: TinyLfuState, key: string) => estimate(state.sketch, key) + (doorkeeper && mayContain(state.doorkeeper, key) ? 1 : 0);

  function asked(state: TinyLfuState, key: string): void {
    if (doorkeeper && !mayContain(state.doorkeeper, key)) addKey(state.doorkeeper, key);
    else count(state.sketch, key);
    if (++state.requests < size) return;
    halve(state.sketch);
    state.doorkeeper = emptyDoorkeeper();
    state.requests = Math.floor(size / 2);
  }

  /** Whoever comes out of the window against whoever was let in and is used least. */
  function admit(state: TinyLfuState, candidate: string): string[] {
    const { probation } = state;
    if (probation.length + state.protected.length < main) {
      use(probation, candidate);
      return NONE;
    }
    const victim = probation.oldest ?? state.protected.oldest;
    if (victim === null || frequency(state, candidate) <= frequency(state, victim)) return [candidate];
    drop(probation, victim) || drop(state.protected, victim);
    use(probation, candidate);
    return [victim];
  }

  return {
    // A power of two of counters a row, about one a key of the sample's tail.
    begin: () => ({ window: recencyList(), probation: recencyList(), protected: recencyList(), sketch: countMinSketch({ width: 1 << (32 - Math.clz32(Math.max(16, capacity) - 1)) }), doorkeeper: emptyDoorkeeper(), requests: 0 }),
    use(state, key) {
      asked(state, key);
      if (isListed(state.window, key)) return use(state.window, key);
      drop(state.probation, key);
      use(state.protected, key);
      if (state.protected.length <= guarded) return;
      const demoted = state.protected.oldest!;
      drop(state.protected, demoted);
      use(state.probation, demoted);
    },
    add(state, key) {
      asked(state, key);
      use(state.window, key);
      if (state.window.length <= room) return NONE;
      const candidate = state.window.oldest!;
      drop(state.window, candidate);
      return main === 0 ? [candidate] : admit(state, candidate);
    },
    drop: ({ window, probation, protected: kept }, key) => void (drop(window, key) || drop(probation, key) || drop(kept, key)),
    keys: (state) => [...listed(state.protected), ...listed(state.probation), ...listed(state.window)],
  };
}

const NONE: string[] = [];
