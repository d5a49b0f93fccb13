/**
 * The sets of operations, each with the state they led to, from which a search has already gone on. Kept exactly: all
 * answered operations before the first open one are in a set, so a few words of bits beyond it say the rest.
 */
export class Seen {
  /** How many are kept. */
  size = 0;
  /** One entry after the other: hash, state, first open, last, then the words between, then those of the unanswered. */
  private arena: Int32Array = new Int32Array(1 << 12);
  private used = 1;
  private table: Int32Array = new Int32Array(1 << 10);
  private mask = (1 << 10) - 1;

  /** `bits` is the search's own set, which changes; its words from `tail` on are of unanswered operations. */
  constructor(private readonly bits: Int32Array, private readonly tail: number) {}

  /** Adds the current set; false if it was there. `hash` is of the set; `open` the first answered operation that is not in it, `last` the last one that is. */
  add(setHash: number, state: number, open: number, last: number): boolean {
    const { bits, tail } = this;
    let hash = Math.imul(setHash ^ Math.imul(state + 1, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    const from = open >> 5;
    const to = last < open ? from - 1 : last >> 5;
    const { mask } = this;
    let slot = hash & mask;
    search: for (let entry = this.table[slot]!; entry !== 0; entry = this.table[(slot = (slot + 1) & mask)]!) {
      const arena = this.arena;
      if (arena[entry] !== hash || arena[entry + 1] !== state || arena[entry + 2] !== open || arena[entry + 3] !== (last < open ? -1 : last)) continue;
      let at = entry + 4;
      for (let word = from; word <= to; word++) if (arena[at++] !== bits[word]) continue search;
      for (let word = tail; word < bits.length; word++) if (arena[at++] !== bits[word]) continue search;
      return false;
    }
    const length = 4 + (to - from + 1) + (bits.length - tail);
    if (this.used + length > this.arena.length) this.enlarge(length);
    const { arena } = this;
    let at = this.used;
    this.table[slot] = at;
    arena[at++] = hash;
    arena[at++] = state;
    arena[at++] = open;
    arena[at++] = last < open ? -1 : last;
    for (let word = from; word <= to; word++) arena[at++] = bits[word]!;
    for (let word = tail; word < bits.length; word++) arena[at++] = bits[word]!;
    this.used = at;
    if (++this.size * 2 > mask) this.rehash();
    return true;
  }

  private enlarge(length: number): void {
    const larger = new Int32Array(Math.max(this.arena.length * 2, this.used + length));
    larger.set(this.arena);
    this.arena = larger;
  }

  private rehash(): void {
    const old = this.table;
    this.mask = this.mask * 2 + 1;
    this.table = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i++) {
      const entry = old[i]!;
      if (entry === 0) continue;
      let slot = this.arena[entry]! & this.mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & this.mask;
      this.table[slot] = entry;
    }
  }
}
