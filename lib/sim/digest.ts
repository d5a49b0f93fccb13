/**
 * A running fingerprint of a run, 64 bits wide: two runs with one digest did the same things in the same order. Not
 * cryptographic; it tells accidents apart, not adversaries.
 */
export class Digest {
  #a = 0x6a09e667;
  #b = 0xbb67ae85 | 0;

  /** Mixes in a 32-bit integer. */
  integer(value: number): void {
    this.#words(value, value);
  }

  /** Mixes in the time (ms) and the kind of an event. */
  event(time: number, kind: number): void {
    doubles[0] = time;
    this.#words(words[0]!, words[1]! ^ kind);
  }

  #words(low: number, high: number): void {
    const a = Math.imul(this.#a ^ low, 0x9e3779b1);
    const b = Math.imul((this.#b + this.#a) ^ high, 0x85ebca77);
    this.#a = a ^ (a >>> 15);
    this.#b = b ^ (b >>> 13);
  }

  /**
   * Mixes in a message, whom it goes to, and when (ms) it will arrive; NaN if it is lost. One object sent to many is read
   * once: its sender must not change it.
   */
  message(to: number, message: unknown, arrival: number): void {
    if (message !== this.#lastMessage || typeof message !== "object") {
      this.#lastMessage = message;
      this.#lastHash = hashValue(message, 0);
    }
    doubles[0] = arrival;
    this.#words(words[0]! ^ this.#lastHash, words[1]! ^ to);
  }
  #lastMessage: unknown = undefined;
  #lastHash = 0;

  /** Mixes in that a message has arrived, by its number. */
  delivery(id: number): void {
    this.#a = Math.imul(this.#a ^ id, 0x9e3779b1);
  }

  /** Mixes in plain data: numbers, strings, booleans, null, arrays and objects, fields in their own order. */
  value(value: unknown): void {
    this.integer(hashValue(value, 0));
  }

  /** The digest so far, as 16 hexadecimal digits. */
  toString(): string {
    return hex(this.#a) + hex(this.#b);
  }
}

const doubles = new Float64Array(1);
const words = new Int32Array(doubles.buffer);
const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");

const TRUE = 0x3c6ef372;
const FALSE = 0x1b873593;

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

/**
 * A hash of plain data, going on from `hash`. Kinds of values are told apart; −0 counts as 0. Of a field's name, its
 * length and its first and last letters count.
 */
function hashValue(value: unknown, hash: number): number {
  switch (typeof value) {
    case "number": {
      const whole = value | 0;
      if (whole === value) return mix(hash, whole);
      // The bits of a NaN depend on how it came about, and on whether the code was optimized by then.
      doubles[0] = Number.isNaN(value) ? NaN : value;
      return mix(mix(hash + 1, words[0]!), words[1]!);
    }
    case "string":
      return mix(hash, hashText(value));
    case "boolean":
      return mix(hash, value ? TRUE : FALSE);
    case "object":
      if (value === null) return mix(hash, 0x2545f491);
      if (Array.isArray(value)) {
        hash = mix(hash, value.length);
        for (const element of value) hash = hashValue(element, hash);
        return mix(hash, 0x5851f42d);
      }
      for (const field in value) {
        const inner = (value as Record<string, unknown>)[field];
        hash += (field.charCodeAt(0) << 16) + (field.charCodeAt(field.length - 1) << 8) + field.length;
        // Most fields are small integers, words or truth values; a call for each would cost more than its hash.
        if (typeof inner === "number" && (inner | 0) === inner) hash = mix(hash, inner);
        else if (typeof inner === "string") hash = mix(hash, hashText(inner));
        else if (inner === true) hash = mix(hash, TRUE);
        else if (inner === false) hash = mix(hash, FALSE);
        else hash = hashValue(inner, hash);
      }
      return mix(hash, 0x14057b7e);
    default:
      return mix(hash, 0x7f4a7c15);
  }
}

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
