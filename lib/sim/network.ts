import type { NodeId } from "../protocol.js";
import { createRandom, type Distribution, parseDistribution, type Random } from "../random.js";

/** How long messages are under way: one distribution for all, in its text form or parsed, or one chosen a message. */
export type Latency = string | Distribution | ((from: NodeId, to: NodeId, message: unknown) => Distribution);

export interface NetworkOptions {
  /** One-way delay in ms; below 0 counts as 0. Default `uniform:1,10`. */
  latency?: Latency;
  /** Probability that a message is lost. Default 0. */
  loss?: number;
  /** Probability that a message arrives twice, each copy with a delay of its own. Default 0. */
  duplication?: number;
}

/** What becomes of a message on its way: its delay in ms, or why it is lost. A message to oneself is never lost. */
export class Network {
  readonly duplication: number;
  readonly #random: Random;
  readonly #size: number;
  readonly #loss: number;
  readonly #fixed: Distribution | undefined;
  readonly #choose: ((from: NodeId, to: NodeId, message: unknown) => Distribution) | undefined;
  /** `cuts[from · size + to]` is 1 while nothing passes from one to the other; absent while nothing is cut. */
  #cuts: Uint8Array | undefined;

  constructor(size: number, seed: number, { latency = "uniform:1,10", loss = 0, duplication = 0 }: NetworkOptions) {
    this.#random = createRandom(seed);
    this.#size = size;
    this.#loss = probability("loss", loss);
    this.duplication = probability("duplication", duplication);
    if (typeof latency === "function") this.#choose = latency;
    else this.#fixed = typeof latency === "string" ? parseDistribution(latency) : latency;
  }

  /** Whether a link is cut in this direction. */
  isCut(from: NodeId, to: NodeId): boolean {
    return this.#cuts !== undefined && this.#cuts[from * this.#size + to] === 1;
  }

  /** Lets nothing pass from one node to another; the other direction stays. */
  cut(from: NodeId, to: NodeId): void {
    this.#cuts ??= new Uint8Array(this.#size * this.#size);
    this.#cuts[from * this.#size + to] = 1;
  }

  /** Cuts the links between nodes of different groups and no others; nodes that are in no group form one more. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.heal();
    const groupOf = (node: NodeId) => groups.findIndex((group) => group.includes(node));
    for (let a = 0; a < this.#size; a++) for (let b = 0; b < this.#size; b++) if (groupOf(a) !== groupOf(b)) this.cut(a, b);
  }

  /** Mends every link. */
  heal(): void {
    this.#cuts = undefined;
  }

  /** Draws whether this message is lost. */
  loses(from: NodeId, to: NodeId): boolean {
    return this.#loss > 0 && from !== to && this.#random() < this.#loss;
  }

  /** Draws whether this message is delivered twice. */
  duplicates(): boolean {
    return this.#random() < this.duplication;
  }

  /** Draws the delay of one delivery, in ms. */
  delay(from: NodeId, to: NodeId, message: unknown): number {
    const distribution = this.#fixed ?? this.#choose!(from, to, message);
    return boundedDelay(distribution.sample(this.#random));
  }
}

/** Heavy tails overflow: what would take longer than any run, some 30,000 years, comes at a time that can still be ordered. */
const NEVER = 1e15;

/** A drawn duration as the simulator uses it: not below 0, and finite. */
export function boundedDelay(delay: number): number {
  return delay > 0 ? (delay < NEVER ? delay : NEVER) : 0;
}

function probability(name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} is a probability from 0 to 1, not ${value}`);
  return value;
}
