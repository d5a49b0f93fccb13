import { EventQueue } from "../sim/queue.js";

/**
 * When each of many, numbered from 0, is to act next, ms: one moment each, which may be moved. Finding whose moment has come
 * costs as much as they are, however many wait.
 */
export class Moments {
  readonly #moments: Float64Array;
  /** Every moment that was ever set and has not passed; those that were moved since are skipped. */
  readonly #queue = new EventQueue();
  /** By slot of the queue: whose it is. */
  readonly #whose: number[] = [];
  #sequence = 0;

  constructor(count: number) {
    this.#moments = new Float64Array(count).fill(Infinity);
  }

  /** Sets somebody's moment, or moves it. */
  set(who: number, moment: number): void {
    this.#moments[who] = moment;
    this.#whose[this.#queue.push(moment, this.#sequence++)] = who;
  }

  /** The first moment of all; +∞ if nobody has one. */
  get next(): number {
    const queue = this.#queue;
    while (queue.length > 0 && this.#moments[this.#whose[queue.peek()]!] !== queue.nextTime) queue.pop();
    return queue.nextTime;
  }

  /** Those whose moment has come, in the order of their numbers. They have none then. */
  come(now: number): readonly number[] {
    if (this.next > now) return NOBODY;
    const those: number[] = [];
    while (this.next <= now) {
      const who = this.#whose[this.#queue.pop()]!;
      this.#moments[who] = Infinity;
      those.push(who);
    }
    return those.sort((one, other) => one - other);
  }
}

const NOBODY: readonly number[] = [];
