/**
 * A string's hash, an integer from 0 to 2^32 − 1: MurmurHash3 with 32 bits (Appleby 2011) of the string's UTF-16 code
 * units, two bytes each, low byte first. One bit more or less in the string changes each bit of the hash half of the time.
 * Another `seed`, an integer of 32 bits, gives another hash function; 0 unless given. Not for secrets: whoever knows the
 * seed finds strings with equal hashes.
 */
export function hashString(text: string, seed = 0): number {
  const { length } = text;
  const paired = length & ~1;
  let h = seed | 0;
  for (let i = 0; i < paired; i += 2) h = round(h, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
  if (paired < length) h ^= scramble(text.charCodeAt(paired));
  return finish(h ^ (length << 1));
}

/** The hash of one integer of 32 bits, from 0 to 2^32 − 1: MurmurHash3 of its four bytes. Another `seed`, another function. */
export function hashInteger(value: number, seed = 0): number {
  return finish(round(seed | 0, value) ^ 4);
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function round(state: number, word: number): number {
  const h = state ^ scramble(word);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Spreads what the last words changed over all 32 bits. */
function finish(state: number): number {
  let h = state ^ (state >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
