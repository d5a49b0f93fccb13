import { hashString } from "./hashString.js";
import { type HashNode, inNameOrder, noNode, type Placement } from "./placement.js";

/** Where a backend begins in its own order of the table's entries, and how far it goes from one to the next. */
export interface Permutation {
  readonly offset: number;
  readonly skip: number;
}

/**
 * Fills a table with backends (Eisenbud et al. 2016, §3.4): in turns each takes the next free entry of its own order,
 * offset + j · skip modulo the size. Every backend gets ⌊size / n⌋ or ⌈size / n⌉ entries. `size` is a prime, so that an
 * order meets every entry. Returns which backend has each entry, by its place in `permutations`.
 */
export function populate(permutations: readonly Permutation[], size: number): Int32Array {
  const entries = new Int32Array(size).fill(-1);
  const next = Float64Array.from(permutations, ({ offset }) => offset);
  for (let filled = 0; permutations.length > 0; ) {
    for (let i = 0; i < permutations.length; i++) {
      const { skip } = permutations[i]!;
      let candidate = next[i]!;
      while (entries[candidate]! >= 0) candidate = (candidate + skip) % size;
      entries[candidate] = i;
      next[i] = (candidate + skip) % size;
      if (++filled === size) return entries;
    }
  }
  return entries;
}

/**
 * Maglev hashing (Eisenbud et al. 2016, §3.4): a table of backends, the same wherever it is computed, and as even as can
 * be. Entries of a backend that left are taken by others, and a few others change hands with them; the larger the table,
 * the fewer. Backends take their turns in the order of their names.
 */
export class Maglev<Node extends HashNode> implements Placement<Node> {
  readonly nodes: readonly Node[];
  /** By entry: the backend's place in `nodes`. */
  readonly entries: Int32Array;
  readonly #seed: number;

  /**
   * `size` is a prime, well above 100 times the number of nodes; 65,537 unless given, as in the paper. Throws an `Error` if
   * it is no prime or below the number of nodes, or if two nodes have the same name.
   */
  constructor(nodes: Iterable<Node>, { size = 65537, seed = 0 }: { readonly size?: number; readonly seed?: number } = {}) {
    this.nodes = inNameOrder(nodes).map(({ node }) => node);
    this.#seed = seed;
    if (!isPrime(size)) throw new Error(`a table's size is a prime number, such as ${primeFrom(size)}, not ${size}`);
    if (this.nodes.length > size) throw new Error(`${this.nodes.length} nodes do not fit into a table of ${size} entries`);
    this.entries = populate(this.nodes.map((node) => permutationOf(String(node), size, seed)), size);
  }

  lookup(key: string): Node {
    return this.lookupHash(hashString(key, this.#seed));
  }

  lookupHash(hash: number): Node {
    const node = this.nodes[this.entries[hash % this.entries.length]!];
    if (node === undefined) throw noNode();
    return node;
  }

  get bytes(): number {
    return this.entries.byteLength;
  }
}

/** A backend's order of the entries, by two hashes of its name. */
export function permutationOf(name: string, size: number, seed = 0): Permutation {
  return { offset: hashString(name, seed ^ ORDER) % size, skip: size === 2 ? 1 : (hashString(name, seed ^ ~ORDER) % (size - 1)) + 1 };
}

const ORDER = 0x51ed270b;

/** Whether this is a prime number. */
export function isPrime(n: number): boolean {
  if (!Number.isInteger(n) || n < 2) return false;
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;
  return true;
}

/** The first prime number that is not below this one. */
export function primeFrom(n: number): number {
  let prime = Math.max(2, Math.ceil(n));
  while (!isPrime(prime)) prime++;
  return prime;
}
