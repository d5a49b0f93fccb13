import { prefixCode, type PrefixCode } from "./huffman.js";

/**
 * Compresses bytes into a zlib stream (RFC 1950 and 1951). Node's own zlib makes other bytes in each of its versions and
 * on each processor; a committed picture must have the same ones everywhere.
 */
export function deflate(bytes: Uint8Array): Uint8Array {
  const tokens = tokenize(bytes);
  const literalCounts = Array<number>(286).fill(0);
  const distanceCounts = Array<number>(30).fill(0);
  for (const token of tokens) {
    literalCounts[literalOf(token)]!++;
    if (token >= firstMatch) distanceCounts[distanceCode(token & 0xffff)]!++;
  }
  literalCounts[endOfBlock]!++;
  const literals = prefixCode(literalCounts, 15);
  const distances = prefixCode(distanceCounts, 15);

  const out = new BitWriter(bytes.length + 1024);
  out.bits(0x0178, 16);
  out.bits(1, 1); // the only block
  out.bits(2, 2); // with codes of its own
  writeCodes(out, literals, distances);
  for (const token of tokens) {
    const literal = literalOf(token);
    out.code(literals.codes[literal]!, literals.lengths[literal]!);
    if (token >= firstMatch) {
      const length = token >>> 16;
      if (length > 10 && length < longest) out.bits((length - 3) & ((1 << lengthExtra(length)) - 1), lengthExtra(length));
      const distance = token & 0xffff;
      const code = distanceCode(distance);
      out.code(distances.codes[code]!, distances.lengths[code]!);
      if (distance > 4) out.bits((distance - 1) & ((1 << distanceExtra(distance)) - 1), distanceExtra(distance));
    }
  }
  out.code(literals.codes[endOfBlock]!, literals.lengths[endOfBlock]!);
  out.align();
  const sum = adler32(bytes);
  for (const shift of [24, 16, 8, 0]) out.bits((sum >>> shift) & 255, 8);
  return out.bytes();
}

const hashBits = 15;
const windowSize = 32768;
const longest = 258;
const triesPerMatch = 96;
const endOfBlock = 256;

/** A byte as it is, or a match: its length times 65,536 plus its distance, which is less. */
type Token = number;
const firstMatch = 3 << 16;

function tokenize(bytes: Uint8Array): Token[] {
  const tokens: Token[] = [];
  const head = new Int32Array(1 << hashBits).fill(-1);
  const previous = new Int32Array(bytes.length);
  const remember = (at: number) => {
    if (at + 2 >= bytes.length) return;
    const key = hash(bytes, at);
    previous[at] = head[key]!;
    head[key] = at;
  };
  for (let at = 0; at < bytes.length; ) {
    const match = longestMatch(bytes, at, head, previous);
    if (match.length < 3) {
      tokens.push(bytes[at]!);
      remember(at++);
    } else {
      tokens.push((match.length << 16) | match.distance);
      for (const end = at + match.length; at < end; at++) remember(at);
    }
  }
  return tokens;
}

function hash(bytes: Uint8Array, at: number): number {
  return Math.imul(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16), 0x9e3779b1) >>> (32 - hashBits);
}

function longestMatch(bytes: Uint8Array, at: number, head: Int32Array, previous: Int32Array): { length: number; distance: number } {
  let best = 0;
  let distance = 0;
  const limit = Math.min(longest, bytes.length - at);
  if (limit < 3) return { length: 0, distance };
  let candidate = head[hash(bytes, at)]!;
  for (let tries = triesPerMatch; tries > 0 && candidate >= 0 && at - candidate <= windowSize; tries--) {
    if (best === 0 || bytes[candidate + best] === bytes[at + best]) {
      let length = 0;
      while (length < limit && bytes[candidate + length] === bytes[at + length]) length++;
      if (length > best) {
        best = length;
        distance = at - candidate;
        if (best === limit) break;
      }
    }
    candidate = previous[candidate]!;
  }
  return { length: best, distance };
}

// Codes 257 to 285 and 0 to 29 (§3.2.5) follow a rule: groups of four (two for distances), each twice as wide as the one before.

function literalOf(token: Token): number {
  if (token < firstMatch) return token;
  const length = token >>> 16;
  if (length === longest) return 285;
  if (length < 11) return 254 + length;
  return 257 + 4 * lengthExtra(length) + ((length - 3) >> lengthExtra(length));
}

function lengthExtra(length: number): number {
  return 29 - Math.clz32(length - 3);
}

function distanceCode(distance: number): number {
  return distance < 5 ? distance - 1 : 2 * distanceExtra(distance) + ((distance - 1) >> distanceExtra(distance));
}

function distanceExtra(distance: number): number {
  return 30 - Math.clz32(distance - 1);
}

/** Writes the lengths of both codes, themselves in a code (§3.2.7); runs are not shortened, they are few. */
function writeCodes(out: BitWriter, literals: PrefixCode, distances: PrefixCode): void {
  const lengths = [...literals.lengths, ...distances.lengths];
  const counts = Array<number>(19).fill(0);
  for (const length of lengths) counts[length]!++;
  const code = prefixCode(counts, 7);
  out.bits(286 - 257, 5);
  out.bits(30 - 1, 5);
  out.bits(19 - 4, 4);
  for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]) out.bits(code.lengths[symbol]!, 3);
  for (const length of lengths) out.code(code.codes[length]!, code.lengths[length]!);
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    // So many bytes cannot overflow 32 bits; one remainder for all of them.
    for (const end = Math.min(bytes.length, at + 3800); at < end; at++) b += a += bytes[at]!;
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

class BitWriter {
  private buffer: Uint8Array;
  private length = 0;
  private pending = 0;
  private count = 0;

  constructor(capacity: number) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Writes a number of up to 16 bits, lowest first. */
  bits(value: number, width: number): void {
    this.pending |= value << this.count;
    this.count += width;
    while (this.count >= 8) {
      if (this.length === this.buffer.length) this.grow();
      this.buffer[this.length++] = this.pending & 255;
      this.pending >>>= 8;
      this.count -= 8;
    }
  }

  /** Writes a code, whose highest bit comes first. */
  code(value: number, width: number): void {
    let reversed = 0;
    for (let i = 0; i < width; i++) reversed |= ((value >> i) & 1) << (width - 1 - i);
    this.bits(reversed, width);
  }

  align(): void {
    if (this.count > 0) this.bits(0, 8 - this.count);
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private grow(): void {
    const larger = new Uint8Array(this.buffer.length * 2);
    larger.set(this.buffer);
    this.buffer = larger;
  }
}
