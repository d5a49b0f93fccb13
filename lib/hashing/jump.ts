import { hashInteger, hashString } from "./hashString.js";
import { type HashNode, noNode, type Placement } from "./placement.js";

/**
 * The bucket, from 0 to `buckets` − 1, of a key of 64 bits, given in two halves: jump consistent hash (Lamping and Veach
 * 2014), to the bit. When buckets grow from n to m, a share (m − n) / m of the keys moves, all of it to new buckets. Only
 * the last bucket can leave. Throws a `RangeError` unless there is a bucket.
 */
export function jumpHash(high: number, low: number, buckets: number): number {
  if (!(Number.isInteger(buckets) && buckets >= 1 && buckets <= 2147483647)) throw new RangeError(`buckets: expected a whole number from 1 to 2147483647, not ${buckets}`);
  let [h, l] = [high | 0, low >>> 0];
  let bucket = 0;
  for (let next = 0; next < buckets; ) {
    bucket = next;
    // key = key · 2862933555777941757 + 1 modulo 2^64. Half of a product at a time stays below 2^53.
    const carried = Math.floor((Math.floor((l * LOW_LOW) / 65536) + l * LOW_HIGH) / 65536);
    h = (Math.imul(h, LOW) + Math.imul(l, HIGH) + carried) | 0;
    l = (Math.imul(l, LOW) + 1) >>> 0;
    if (l === 0) h = (h + 1) | 0;
    // (key >> 33) + 1 is a number from 1 to 2^31, drawn anew.
    next = Math.floor((bucket + 1) * (2147483648 / ((h >>> 1) + 1)));
  }
  return bucket;
}

const HIGH = 0x27bb2ee6;
const LOW = 0x87b0b0fd;
const LOW_HIGH = 0x87b0;
const LOW_LOW = 0xb0fd;

/** Nodes as jump hash's buckets, in the order in which they are given: here it matters. No tables; nodes leave from the end. */
export class Jump<Node extends HashNode> implements Placement<Node> {
  readonly nodes: readonly Node[];
  readonly bytes = 0;
  readonly #seed: number;

  constructor(nodes: Iterable<Node>, { seed = 0 }: { readonly seed?: number } = {}) {
    this.nodes = [...nodes];
    this.#seed = seed;
  }

  lookup(key: string): Node {
    return this.lookupHash(hashString(key, this.#seed));
  }

  lookupHash(hash: number): Node {
    if (this.nodes.length === 0) throw noNode();
    return this.nodes[jumpHash(hashInteger(hash, this.#seed), hash, this.nodes.length)]!;
  }
}
