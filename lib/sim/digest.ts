/**
 * A running fingerprint of a run, 64 bits wide: two runs with one digest did the same things in the same order. Not
 * cryptographic; it tells accidents apart, not adversaries.
 */
export class Digest {
  #a = 0x6a09e667;
  #b = 0xbb67ae85 | 0;

  /** Mixes in a 32-bit integer. */
  integer(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1);
    this.#a = a ^ (a >>> 15);
    const b = Math.imul(this.#b + value, 0x85ebca77);
    this.#b = b ^ (b >>> 13);
  }

  /** Mixes in any number, bit for bit; −0 counts as 0. */
  number(value: number): void {
    const whole = value | 0;
    if (whole === value) return this.integer(whole);
    doubles[0] = value;
    this.integer(words[0]!);
    this.integer(words[1]!);
  }

  /** Mixes in the time (ms) and the kind of an event. */
  event(time: number, kind: number): void {
    doubles[0] = time;
    this.integer(words[0]! ^ kind);
    this.integer(words[1]!);
  }

  /** Mixes in plain data: numbers, strings, booleans, null, arrays and objects, fields in their own order. */
  value(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.number(value);
      case "string":
        return this.integer(hashText(value));
      case "boolean":
        return this.integer(value ? 0x2d : 0x1d);
      case "object":
        if (value === null) return this.integer(0x3d);
        if (Array.isArray(value)) {
          this.integer(value.length);
          for (const element of value) this.value(element);
          return;
        }
        for (const field in value) this.value((value as Record<string, unknown>)[field]);
        return;
      default:
        return this.integer(0x5d);
    }
  }

  /** The digest so far, as 16 hexadecimal digits. */
  toString(): string {
    return hex(this.#a) + hex(this.#b);
  }
}

const doubles = new Float64Array(1);
const words = new Int32Array(doubles.buffer);
const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");

/** Message types and timer names recur; the last text of each length is kept with its hash. */
const knownText: string[] = new Array(32).fill("");
const knownHash: number[] = new Array(32).fill(0);

function hashText(text: string): number {
  const place = text.length & 31;
  if (knownText[place] === text && text !== "") return knownHash[place]!;
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  knownText[place] = text;
  knownHash[place] = hash;
  return hash;
}
