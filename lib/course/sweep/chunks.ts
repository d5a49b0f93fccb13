/**
 * The trials of a sweep, taken chunk by chunk by any number of threads from one counter in shared memory. A chunk is
 * sized to last some 30 ms at the pace of the thread that takes it, and shrinks towards the end so that all threads
 * finish together. Chunks are taken in ascending order: when trial i fails, every trial before it is done or under way.
 */
export class Chunks {
  #size: number;
  readonly #counter: Int32Array;
  readonly #trials: number;
  readonly #threads: number;

  /** `counter` is one cell over a SharedArrayBuffer; `size` the chunk to begin with. */
  constructor(counter: Int32Array, trials: number, threads: number, size = 1) {
    this.#counter = counter;
    this.#trials = trials;
    this.#threads = threads;
    this.#size = size;
  }

  /** The next trials to run, `from` to `to − 1`; undefined when all are taken. */
  take(): { readonly from: number; readonly to: number } | undefined {
    const remaining = this.#trials - Atomics.load(this.#counter, 0);
    if (remaining <= 0) return undefined;
    const size = Math.max(1, Math.min(this.#size, Math.ceil(remaining / (4 * this.#threads))));
    const from = Atomics.add(this.#counter, 0, size);
    return from < this.#trials ? { from, to: Math.min(from + size, this.#trials) } : undefined;
  }

  /** Says how long a chunk took, in ms. It may grow fourfold at once: the first trials run before they are compiled. */
  took(trials: number, ms: number): void {
    const fitting = ms > 0 ? Math.round((trials * CHUNK_MS) / ms) : Infinity;
    this.#size = Math.max(1, Math.min(fitting, 4 * trials));
  }

  /** Lets no thread take another chunk. */
  stop(): void {
    Atomics.store(this.#counter, 0, this.#trials);
  }

  get size(): number {
    return this.#size;
  }
}

const CHUNK_MS = 30;
