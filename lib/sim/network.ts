import type { NodeId } from "../protocol.js";
import { createRandom, type Distribution, parseDistribution, type Random } from "../random.js";

/**
 * How long messages are under way, in ms: one distribution for all links, in its text form or parsed; a matrix with a
 * row for each sender, such as the distances between regions; or one chosen a message.
 */
export type Latency = string | Distribution | readonly (readonly (string | Distribution)[])[] | ((from: NodeId, to: NodeId, message: unknown) => Distribution);

/** The chances that a message takes. They may change in the middle of a run. */
export interface Chances {
  /** Probability that a message is lost. Default 0. */
  readonly loss?: number;
  /** Probability that a message arrives twice, each copy with a delay of its own. Default 0. */
  readonly duplication?: number;
  /** Probability that a message is held back for `reorderingDelay`, so that later ones overtake it. Default 0. */
  readonly reordering?: number;
}

export interface NetworkOptions extends Chances {
  /** One-way delay in ms; below 0 counts as 0. Default `uniform:1,10`. */
  readonly latency?: Latency;
  /** How much longer a held-back message is under way, in ms. Default `uniform:0,100`. */
  readonly reorderingDelay?: string | Distribution;
  /** Whether messages of a link arrive in the order in which they were sent, as over one TCP connection. Default false. */
  readonly fifo?: boolean;
}

/** A message that waits on a clogged link. */
export interface Held {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly id: number;
  readonly message: unknown;
}

/** What becomes of a message on its way: its delay in ms, or why it is lost. A message to oneself is never lost. */
export class Network {
  readonly #random: Random;
  readonly #size: number;
  readonly #latency: Distribution | ((from: NodeId, to: NodeId, message: unknown) => Distribution);
  readonly #reorderingDelay: Distribution;
  /** With `fifo`: when the last message of each link arrives, ms. */
  readonly #lastArrival: Float64Array | undefined;
  #loss = 0;
  #duplication = 0;
  #reordering = 0;
  /** `cuts[from · size + to]` is 1 while nothing passes from one to the other; absent while nothing is cut. */
  #cuts: Uint8Array | undefined;
  /** Clogged links, in the same form, and what waits on them in order of sending. */
  #clogs: Uint8Array | undefined;
  #held: Held[] = [];

  constructor(size: number, seed: number, options: NetworkOptions) {
    const { latency = "uniform:1,10", reorderingDelay = "uniform:0,100", fifo = false } = options;
    if (fifo && (options.reordering ?? 0) > 0) throw new RangeError(FIFO_REORDERS);
    this.#random = createRandom(seed);
    this.#size = size;
    this.#latency = Array.isArray(latency) ? chooserOf(latency, size) : typeof latency === "function" ? latency : parsed(latency as string | Distribution);
    this.#reorderingDelay = parsed(reorderingDelay);
    if (fifo) this.#lastArrival = new Float64Array(size * size);
    this.change(options);
  }

  /** Changes the chances that are given, from now on. */
  change({ loss, duplication, reordering }: Chances): void {
    if (loss !== undefined) this.#loss = probability("loss", loss);
    if (duplication !== undefined) this.#duplication = probability("duplication", duplication);
    if (reordering !== undefined) this.#reordering = probability("reordering", reordering);
  }

  /** Whether a link is cut in this direction. */
  isCut(from: NodeId, to: NodeId): boolean {
    return this.#cuts !== undefined && this.#cuts[from * this.#size + to] === 1;
  }

  /** Lets nothing pass from one node to another; the other direction stays. A node's link to itself is never cut. */
  cut(from: NodeId, to: NodeId): void {
    if (from === to) return;
    this.#cuts ??= new Uint8Array(this.#size * this.#size);
    this.#cuts[from * this.#size + to] = 1;
  }

  /** Mends every link. */
  heal(): void {
    this.#cuts = undefined;
  }

  /** Whether messages wait on a link. */
  isClogged(from: NodeId, to: NodeId): boolean {
    return this.#clogs !== undefined && this.#clogs[from * this.#size + to] === 1;
  }

  /** Holds back whatever is sent over a link from now on, until `unclog`. */
  clog(from: NodeId, to: NodeId): void {
    if (from === to) return;
    this.#clogs ??= new Uint8Array(this.#size * this.#size);
    this.#clogs[from * this.#size + to] = 1;
  }

  hold(held: Held): void {
    this.#held.push(held);
  }

  /** Opens every clogged link and returns what waited, in order of sending. */
  unclog(): Held[] {
    const held = this.#held;
    this.#held = [];
    this.#clogs = undefined;
    return held;
  }

  /** Draws whether this message is lost. */
  loses(from: NodeId, to: NodeId): boolean {
    return this.#loss > 0 && from !== to && this.#random() < this.#loss;
  }

  /** Draws whether this message is delivered twice. */
  duplicates(): boolean {
    return this.#duplication > 0 && this.#random() < this.#duplication;
  }

  /** Draws when a message that leaves at `now` arrives, in ms. */
  arrival(now: number, from: NodeId, to: NodeId, message: unknown): number {
    const distribution = typeof this.#latency === "function" ? this.#latency(from, to, message) : this.#latency;
    let delay = boundedDelay(distribution.sample(this.#random));
    if (this.#reordering > 0 && this.#random() < this.#reordering) delay = boundedDelay(delay + boundedDelay(this.#reorderingDelay.sample(this.#random)));
    if (!this.#lastArrival) return now + delay;
    const link = from * this.#size + to;
    return (this.#lastArrival[link] = Math.max(this.#lastArrival[link]!, now + delay));
  }
}

function chooserOf(matrix: readonly (readonly (string | Distribution)[])[], size: number): (from: NodeId, to: NodeId) => Distribution {
  if (matrix.length !== size || matrix.some((row) => row.length !== size)) throw new RangeError(`a latency matrix has ${size} rows of ${size} distributions, one for each pair of nodes`);
  const table = matrix.map((row) => row.map(parsed));
  return (from, to) => table[from]![to]!;
}

const parsed = (distribution: string | Distribution) => (typeof distribution === "string" ? parseDistribution(distribution) : distribution);

export const FIFO_REORDERS = "a network with fifo links reorders nothing: leave out fifo or reordering";

/** Heavy tails overflow: what would take longer than any run, some 30,000 years, comes at a time that can still be ordered. */
const NEVER = 1e15;

/** A drawn duration as the simulator uses it: not below 0, and finite. */
export function boundedDelay(delay: number): number {
  return delay > 0 ? (delay < NEVER ? delay : NEVER) : 0;
}

/** This number, if it is a probability; throws a `RangeError` otherwise. */
export function probability(name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} is a probability from 0 to 1, not ${value}`);
  return value;
}
