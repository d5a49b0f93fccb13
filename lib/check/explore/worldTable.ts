/**
 * The worlds found so far, numbered from 0 in the order in which they were found. A world is a short row of integers.
 * Rows are compared in full: two worlds are never taken for one because their hashes agree.
 */
export class WorldTable {
  /** How many worlds there are. */
  length = 0;
  /** Rows, one after another in blocks; each begins with its length. */
  readonly #blocks: Int32Array[] = [];
  #used = BLOCK;
  /** By world: where its row begins, and the world it was found from. */
  #index: Int32Array = new Int32Array(2 * 1024);
  /** Two integers a place: the world's number plus 1 (0 marks a free place), and its hash. */
  #slots: Int32Array = new Int32Array(2 * 2048);
  #mask = 2047;

  /** The world's number if it is new; its complement (`~number`, below 0) if it was there. `parent` is the world that it was found from. */
  add(row: Int32Array, length: number, parent: number): number {
    const hash = hashOf(row, length);
    const slots = this.#slots;
    let place = (hash ^ (hash >>> 16)) & this.#mask;
    for (; slots[2 * place] !== 0; place = (place + 1) & this.#mask) {
      if (slots[2 * place + 1] === hash && this.is(slots[2 * place]! - 1, row, length)) return ~(slots[2 * place]! - 1);
    }
    const world = this.length++;
    slots[2 * place] = world + 1;
    slots[2 * place + 1] = hash;
    if (2 * world === this.#index.length) this.#index = doubled(this.#index);
    this.#index[2 * world] = this.#store(row, length);
    this.#index[2 * world + 1] = parent;
    if (3 * this.length > 2 * this.#mask) this.#grow();
    return world;
  }

  /** Copies a world's row into `row` and returns its length. */
  read(world: number, row: Int32Array): number {
    const start = this.#index[2 * world]!;
    const block = this.#blocks[start >>> BITS]!;
    const from = start & (BLOCK - 1);
    const length = block[from]!;
    for (let i = 0; i < length; i++) row[i] = block[from + 1 + i]!;
    return length;
  }

  /** Length of a world's row. */
  lengthOf(world: number): number {
    const start = this.#index[2 * world]!;
    return this.#blocks[start >>> BITS]![start & (BLOCK - 1)]!;
  }

  /** The world from which this one was found; −1 for the first. */
  parentOf(world: number): number {
    return this.#index[2 * world + 1]!;
  }

  /** Whether a world's row is this one. */
  is(world: number, row: Int32Array, length: number): boolean {
    const start = this.#index[2 * world]!;
    const block = this.#blocks[start >>> BITS]!;
    const from = start & (BLOCK - 1);
    if (block[from] !== length) return false;
    for (let i = 0; i < length; i++) if (block[from + 1 + i] !== row[i]) return false;
    return true;
  }

  /** Memory of the whole table, in bytes. */
  get bytes(): number {
    return 4 * (this.#blocks.reduce((sum, block) => sum + block.length, this.#used - BLOCK) + this.#index.length + this.#slots.length);
  }

  #store(row: Int32Array, length: number): number {
    if (this.#used + length + 1 > BLOCK) {
      if (length + 1 > BLOCK || this.#blocks.length === MOST_BLOCKS) throw new RangeError("the worlds need more memory than there is: give smaller bounds");
      this.#blocks.push(new Int32Array(BLOCK));
      this.#used = 0;
    }
    const block = this.#blocks.at(-1)!;
    const start = (this.#blocks.length - 1) * BLOCK + this.#used;
    block[this.#used++] = length;
    for (let i = 0; i < length; i++) block[this.#used++] = row[i]!;
    return start;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#mask = 2 * this.#mask + 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue;
      const hash = old[i + 1]!;
      let place = (hash ^ (hash >>> 16)) & this.#mask;
      while (this.#slots[2 * place] !== 0) place = (place + 1) & this.#mask;
      this.#slots[2 * place] = old[i]!;
      this.#slots[2 * place + 1] = hash;
    }
  }
}

const BITS = 16;
const BLOCK = 1 << BITS;
/** Places are kept as 32-bit integers. */
const MOST_BLOCKS = 0x80000000 / BLOCK;

function hashOf(row: Int32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ row[i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0x85ebca77);
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
