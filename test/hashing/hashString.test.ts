import { describe, expect, it } from "vitest";
import { hashInteger, hashString } from "../../lib/hashing/hashString.js";
import { chiSquareTail } from "../../lib/experiments/chiSquare.js";

/** MurmurHash3_x86_32 of bytes, as its author wrote it. */
function murmur3(bytes: readonly number[], seed: number): number {
  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
  const stir = (k: number) => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  let h = seed;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    h ^= stir(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    h = (Math.imul(rotate(h, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let j = bytes.length - 1; j >= i; j--) tail = (tail << 8) | bytes[j]!;
  if (i < bytes.length) h ^= stir(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const utf16 = (text: string) => Array.from({ length: 2 * text.length }, (_, i) => (text.charCodeAt(i >> 1) >>> (8 * (i & 1))) & 255);
const TEXTS = ["", "a", "ab", "abc", "key-123456", "ключ", "鍵 with 🗝", "\ud800", "x".repeat(1001)];

describe("a string's hash", () => {
  it.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["\u4321\u8765", 0, 0xf55b516b],
    ["\u4321\u8765", 0x5082edee, 0x2362f9de],
    ["\u4321", 0, 0xa0f7b07a],
    ["\uffff\uffff", 0, 0x76293b50],
  ])("of %j with seed %i is MurmurHash3's published test vector", (text, seed, hash) => expect(hashString(text, seed)).toBe(hash));

  it.each(TEXTS)("of %j is MurmurHash3 of its code units", (text) => {
    for (const seed of [0, 1, -1, 0x9e3779b9]) expect(hashString(text, seed)).toBe(murmur3(utf16(text), seed));
  });

  it("of an integer is MurmurHash3 of its four bytes", () => {
    for (const value of [0, 1, -1, 0x12345678, 0xffffffff]) expect(hashInteger(value, 7)).toBe(murmur3([0, 8, 16, 24].map((by) => (value >>> by) & 255), 7));
  });

  it("changes each of its bits half of the time when one bit of the string changes (avalanche)", () => {
    const count = 3000;
    for (const length of [2, 5, 8]) {
      for (let bit = 0; bit < 7 * length; bit += 3) {
        const changed = new Int32Array(32);
        for (let i = 0; i < count; i++) {
          const text = String.fromCharCode(...Array.from({ length }, (_, j) => 32 + (hashInteger(i * 8 + j, 99) % 64)));
          const at = Math.floor(bit / 7);
          const other = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 7))) + text.slice(at + 1);
          const difference = hashString(text) ^ hashString(other);
          for (let j = 0; j < 32; j++) changed[j]! += (difference >>> j) & 1;
        }
        for (const times of changed) expect(Math.abs(times / count - 0.5), `bit ${bit} of ${length} characters`).toBeLessThan(0.05);
      }
    }
  });

  it.each([0, 1, 2])("spreads keys that count up over its first bits and over a remainder like chance, seed %i", (seed) => {
    const keys = 100_000;
    const spread = (cells: number, cell: (hash: number) => number) => {
      const counts = new Float64Array(cells);
      for (let i = 0; i < keys; i++) counts[cell(hashString(`key-${i}`, seed))]!++;
      return chiSquareTail(counts.reduce((sum, count) => sum + (count - keys / cells) * (count - keys / cells) / (keys / cells), 0), cells - 1);
    };
    for (const tail of [spread(256, (hash) => hash >>> 24), spread(257, (hash) => hash % 257), spread(256, (hash) => hash & 255)]) {
      expect(tail).toBeGreaterThan(1e-4);
      expect(tail).toBeLessThan(1 - 1e-4);
    }
  });

  it("with another seed is another function", () => {
    const equal = Array.from({ length: 2000 }, (_, i) => `key-${i}`).filter((key) => hashString(key, 1) % 64 === hashString(key, 2) % 64).length;
    expect(Math.abs(equal - 2000 / 64)).toBeLessThan(25);
  });
});
