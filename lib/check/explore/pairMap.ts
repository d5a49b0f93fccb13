/** A map from pairs of integers from 0 to integers, without an object an entry. */
export class PairMap {
  /** What `get` returns for a pair that is not there. */
  static readonly MISSING = -0x80000000;
  /** Three integers an entry: first key plus 1 (0 marks a free place), second key, value. */
  #slots: Int32Array = new Int32Array(3 * 64);
  #mask = 63;
  #count = 0;

  get(a: number, b: number): number {
    const slots = this.#slots;
    for (let place = hash(a, b) & this.#mask; ; place = (place + 1) & this.#mask) {
      const first = slots[3 * place]!;
      if (first === 0) return PairMap.MISSING;
      if (first === a + 1 && slots[3 * place + 1] === b) return slots[3 * place + 2]!;
    }
  }

  /** Adds a pair that is not there yet. */
  add(a: number, b: number, value: number): void {
    if (2 * ++this.#count > this.#mask) this.#grow();
    this.#put(a, b, value);
  }

  #put(a: number, b: number, value: number): void {
    const slots = this.#slots;
    let place = hash(a, b) & this.#mask;
    while (slots[3 * place] !== 0) place = (place + 1) & this.#mask;
    slots[3 * place] = a + 1;
    slots[3 * place + 1] = b;
    slots[3 * place + 2] = value;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#mask = 2 * this.#mask + 1;
    for (let i = 0; i < old.length; i += 3) if (old[i] !== 0) this.#put(old[i]! - 1, old[i + 1]!, old[i + 2]!);
  }
}

function hash(a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 7;
}
