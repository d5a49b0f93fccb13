import type { Random } from "../../random.js";

/**
 * Averaging by gossip (Jelasity, Montresor and Babaoglu, Gossip-Based Aggregation in Large Dynamic Networks, ACM TOCS
 * 23(3), 2005, §3): in a cycle every site in its turn calls one other, drawn at random, and both take the mean of what
 * they have. The sum stays what it was, and the variance falls by 1/(2√e) a cycle (§4.3). A column of doubles, for 2 to
 * 10,000,000 sites.
 */
export class AveragingColumns {
  readonly size: number;
  /** What each site has. */
  readonly values: Float64Array;
  /** Cycles so far. */
  cycle = 0;
  readonly #random: Random;
  readonly #pairs: Pairs;

  /** `values` is not copied. Throws a `RangeError` for fewer than 2 sites. */
  constructor(values: Float64Array, random: Random, pairs: Pairs = "each calls") {
    if (values.length < 2) throw new RangeError(`expected 2 sites or more, not ${values.length}`);
    this.size = values.length;
    this.values = values;
    this.#random = random;
    this.#pairs = pairs;
  }

  /** One cycle: as many exchanges as there are sites. */
  step(): void {
    const { size, values } = this;
    const random = this.#random;
    const each = this.#pairs === "each calls";
    for (let turn = 0; turn < size; turn++) {
      const i = each ? turn : (random() * size) | 0;
      let j = (random() * (size - 1)) | 0;
      if (j >= i) j++;
      const half = (values[i]! + values[j]!) / 2;
      values[i] = half;
      values[j] = half;
    }
    this.cycle++;
  }

  get mean(): number {
    let sum = 0;
    for (const value of this.values) sum += value;
    return sum / this.size;
  }

  /** The mean square of how far sites are from the mean, over n − 1. */
  get variance(): number {
    const { mean } = this;
    let sum = 0;
    for (const value of this.values) sum += (value - mean) * (value - mean);
    return sum / (this.size - 1);
  }
}

/** Who meets in a cycle: every site calls once, in order; or as many pairs as there are sites, each drawn from all. */
export type Pairs = "each calls" | "random pairs";
