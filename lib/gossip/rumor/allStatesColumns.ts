import type { Random } from "../../random.js";
import { addBit, type Bits, countBits, emptyBits } from "./bits.js";
import { otherThan } from "./draws.js";

/**
 * Everybody reports to everybody by gossip: each of n sites has a state of its own, and in every cycle calls another,
 * drawn at random; the two tell each other all states that they have heard of. Synchronous cycles, a bit for each pair
 * of sites: for 2 to some 20,000 of them. Throws a `RangeError` for fewer than 2.
 */
export class AllStatesColumns {
  readonly size: number;
  /** Cycles so far. */
  cycle = 0;
  /** Messages so far: each exchange takes two. */
  messages = 0;
  /** States in those messages. */
  states = 0;
  /** How many pairs (site, state) are known: n² in the end. */
  known: number;
  readonly #random: Random;
  readonly #words: number;
  /** Row i: whose states site i knows. */
  readonly #rows: Bits;
  readonly #before: Bits;
  readonly #counts: Int32Array;

  constructor(size: number, random: Random) {
    if (!(Number.isInteger(size) && size >= 2)) throw new RangeError(`expected 2 sites or more, not ${size}`);
    this.size = size;
    this.known = size;
    this.#random = random;
    this.#words = (size + 31) >>> 5;
    this.#rows = emptyBits(32 * size * this.#words);
    this.#before = emptyBits(32 * size * this.#words);
    this.#counts = new Int32Array(size).fill(1);
    for (let i = 0; i < size; i++) addBit(this.#row(i), i);
  }

  /** One cycle. */
  step(): void {
    const { size } = this;
    const words = this.#words;
    const [rows, before, counts] = [this.#rows, this.#before, this.#counts];
    before.set(rows);
    for (let i = 0; i < size; i++) {
      const j = otherThan(i, size, this.#random);
      this.messages += 2;
      this.states += counts[i]! + counts[j]!;
      for (let w = 0, a = i * words, b = j * words; w < words; w++, a++, b++) {
        rows[a]! |= before[b]!;
        rows[b]! |= before[a]!;
      }
    }
    this.known = 0;
    for (let i = 0; i < size; i++) this.known += counts[i] = countBits(this.#row(i));
    this.cycle++;
  }

  /** Goes on until everybody knows all states. */
  run(): this {
    while (this.known < this.size * this.size) this.step();
    return this;
  }

  #row(i: number): Bits {
    return this.#rows.subarray(i * this.#words, (i + 1) * this.#words);
  }
}
