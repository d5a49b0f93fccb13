import { hash64 } from "./hash64.js";

/**
 * Counts how often each key came, in little room and never too low (Cormode and Muthukrishnan, An improved data stream summary,
 * J. Algorithms 55(1), 2005). Plain data: `depth` rows of `width` counters, row by row; a key has one counter in each row.
 */
export interface CountMinSketch {
  readonly width: number;
  readonly depth: number;
  /** No counter goes above. */
  readonly most: number;
  readonly counters: number[];
}

/** An empty sketch. Throws a `RangeError` unless all three numbers are whole, from 1. */
export function countMinSketch({ width, depth = 4, most = 15 }: { readonly width: number; readonly depth?: number; readonly most?: number }): CountMinSketch {
  for (const [name, value] of Object.entries({ width, depth, most })) if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`${name}: expected a whole number from 1, not ${value}`);
  return { width, depth, most, counters: new Array<number>(width * depth).fill(0) };
}

/** How often a key came, at most. */
export function estimate(sketch: CountMinSketch, key: string): number {
  const [first, second] = hash64(key);
  let least = Infinity;
  for (let row = 0; row < sketch.depth; row++) least = Math.min(least, sketch.counters[placeOf(sketch, first, second, row)]!);
  return least;
}

/** A key came. Only its lowest counters rise: the others count other keys already (Estan and Varghese 2002, conservative update). */
export function count(sketch: CountMinSketch, key: string): void {
  const least = estimate(sketch, key);
  if (least >= sketch.most) return;
  const [first, second] = hash64(key);
  for (let row = 0; row < sketch.depth; row++) {
    const place = placeOf(sketch, first, second, row);
    if (sketch.counters[place] === least) sketch.counters[place] = least + 1;
  }
}

/** Halves all counters: what is long past counts less and less. */
export function halve({ counters }: CountMinSketch): void {
  for (let i = 0; i < counters.length; i++) counters[i]! >>= 1;
}

const placeOf = ({ width }: CountMinSketch, first: number, second: number, row: number) => row * width + ((first + row * ((second | 1) >>> 0)) % width);
