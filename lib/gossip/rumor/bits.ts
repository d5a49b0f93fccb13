/** A set of whole numbers from 0: number i is in it if bit i mod 32 of word ⌊i / 32⌋ is set. */
export type Bits = Uint32Array;

/** An empty set for numbers below n. */
export const emptyBits = (n: number): Bits => new Uint32Array((n + 31) >>> 5);

export const hasBit = (bits: Bits, i: number): boolean => ((bits[i >>> 5]! >>> (i & 31)) & 1) === 1;

export function addBit(bits: Bits, i: number): void {
  bits[i >>> 5]! |= 1 << (i & 31);
}

/** How many numbers are in the set. */
export function countBits(bits: Bits): number {
  let count = 0;
  for (let word = 0; word < bits.length; word++) count += countOnes(bits[word]!);
  return count;
}

/** How many bits of a word are set. */
export function countOnes(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Visits every number below n that is in the set, in ascending order. */
export function eachBit(bits: Bits, n: number, visit: (i: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) {
      const i = (word << 5) + 31 - Math.clz32(rest & -rest);
      if (i < n) visit(i);
    }
  }
}
