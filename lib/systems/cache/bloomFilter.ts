import { hash64 } from "./hash64.js";

/**
 * A set that may take a key for its own that is not, and never the other way round (Bloom, Space/time trade-offs in hash coding
 * with allowable errors, CACM 13(7), 1970). Plain data: of `bits` bits, 32 in each word.
 */
export interface BloomFilter {
  readonly bits: number;
  /** How many bits each key sets. */
  readonly hashes: number;
  readonly words: number[];
}

/** An empty filter. Throws a `RangeError` unless both numbers are whole, from 1. */
export function bloomFilter(bits: number, hashes: number): BloomFilter {
  for (const [name, value] of Object.entries({ bits, hashes })) if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`${name}: expected a whole number from 1, not ${value}`);
  return { bits, hashes, words: new Array<number>(Math.ceil(bits / 32)).fill(0) };
}

/** Adds a key to the filter. */
export function addKey({ bits, hashes, words }: BloomFilter, key: string): void {
  const [first, second] = hash64(key);
  for (let i = 0; i < hashes; i++) {
    const place = placeOf(first, second, i, bits);
    words[place >>> 5]! |= 1 << (place & 31);
  }
}

/** Whether a key may have been added: false is certain. */
export function mayContain({ bits, hashes, words }: BloomFilter, key: string): boolean {
  const [first, second] = hash64(key);
  for (let i = 0; i < hashes; i++) {
    const place = placeOf(first, second, i, bits);
    if ((words[place >>> 5]! & (1 << (place & 31))) === 0) return false;
  }
  return true;
}

/** Double hashing: two hashes do for any number of them (Kirsch and Mitzenmacher, Less hashing, same performance, ESA 2006). An odd step, so that a key's places do not coincide where `bits` is a power of two. */
const placeOf = (first: number, second: number, i: number, bits: number) => (first + i * ((second | 1) >>> 0)) % bits;

/** What a filter's share of false positives comes to: (1 − e^(−k/b))^k, with `b` bits a key and `k` hashes. */
export function falsePositives(b: number, k: number): number {
  return Math.exp(k * Math.log(1 - Math.exp(-k / b)));
}
