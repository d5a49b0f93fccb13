/** Gives equal values one small integer: numbers count up from 0 as new ones come. */
export class Interner<V> {
  /** The values, by number. */
  readonly values: V[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of the value with this key; `value` is kept if the key is new. */
  numberOf(key: string, value: V): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
