/** A number that changes at certain times and stays what it is between them: the speed of a server, the rate of requests. */
export interface Steps {
  /** Times of change, ms, ascending; the first is 0. */
  readonly times: readonly number[];
  /** The value from each of them on, at least 0. */
  readonly values: readonly number[];
}

/** A number that never changes. */
export const always = (value: number): Steps => ({ times: [0], values: [value] });

/** Walks along steps, for questions whose times only grow. */
export class StepWalk {
  readonly #times: readonly number[];
  readonly #values: readonly number[];
  #piece = 0;

  /** Throws a `RangeError` if times do not ascend from 0, or a value is below 0. */
  constructor({ times, values }: Steps) {
    const bad = times.length === 0 || times.length !== values.length || times[0] !== 0 || times.some((time, i) => i > 0 && !(time > times[i - 1]!)) || values.some((value) => !(value >= 0));
    if (bad) throw new RangeError(`steps: expected times that ascend from 0 and as many values from 0, not ${times.join(",")} and ${values.join(",")}`);
    this.#times = times;
    this.#values = values;
  }

  /** When what grows at these values will have grown by `amount` since `from`, ms; +∞ if never. */
  after(from: number, amount: number): number {
    return this.#times.length === 1 ? from + amount / this.#values[0]! : this.#along(from, amount);
  }

  #along(from: number, amount: number): number {
    const last = this.#times.length - 1;
    while (this.#piece < last && this.#times[this.#piece + 1]! <= from) this.#piece++;
    let at = from;
    let left = amount;
    for (let piece = this.#piece; piece < last; piece++) {
      const end = this.#times[piece + 1]!;
      const value = this.#values[piece]!;
      if (left <= value * (end - at)) return value > 0 ? at + left / value : at;
      left -= value * (end - at);
      at = end;
    }
    return left <= 0 ? at : at + left / this.#values[last]!;
  }
}
