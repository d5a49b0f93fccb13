/** Numbers under pairs of 32-bit integers: a hash table without objects, for what is looked up millions of times. */
export class IntTable {
  /** How many pairs there are. */
  size = 0;
  private mask: number;
  /** Three integers a slot: the pair, and the value plus one, so that 0 is an empty slot. */
  private slots: Int32Array;

  constructor(expected: number) {
    let capacity = 16;
    while (capacity < expected * 2) capacity *= 2;
    this.mask = capacity - 1;
    this.slots = new Int32Array(capacity * 3);
  }

  /** The value under a pair, or `ABSENT` if there is none. */
  get(a: number, b: number): number {
    const { slots, mask } = this;
    for (let slot = mix(a, b) & mask; ; slot = (slot + 1) & mask) {
      const value = slots[slot * 3 + 2]!;
      if (value === 0) return ABSENT;
      if (slots[slot * 3] === a && slots[slot * 3 + 1] === b) return value - 2;
    }
  }

  /** Puts a value, an integer from -1 to 2^31 − 3, under a pair that has none yet. */
  add(a: number, b: number, value: number): void {
    if (++this.size * 2 > this.mask) this.grow();
    this.put(a, b, value + 2);
  }

  private put(a: number, b: number, stored: number): void {
    const { slots, mask } = this;
    let slot = mix(a, b) & mask;
    while (slots[slot * 3 + 2] !== 0) slot = (slot + 1) & mask;
    slots[slot * 3] = a;
    slots[slot * 3 + 1] = b;
    slots[slot * 3 + 2] = stored;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.mask = this.mask * 2 + 1;
    for (let i = 0; i < old.length; i += 3) if (old[i + 2] !== 0) this.put(old[i]!, old[i + 1]!, old[i + 2]!);
  }
}

/** What `get` returns where there is nothing. */
export const ABSENT = -2;

function mix(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
