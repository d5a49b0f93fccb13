/**
 * The positions from 0 to 2^32 − 1, cut into arcs. Each arc ends at its last position, and begins behind the end of the
 * one before it; the last one ends at 2^32 − 1. Of arcs with the same end all but the first are empty.
 */
export interface Arcs {
  /** Two numbers an arc, `endOf` and `ownerOf`: side by side, so that one line of the processor's cache holds both. */
  readonly pairs: Uint32Array;
  /** By the first bits of a position: the first arc that does not end before all positions with them. */
  readonly table: Uint16Array | Uint32Array;
  /** How far to shift a position right to find its place in the table. */
  readonly shift: number;
}

/** How many arcs there are. */
export const countOf = ({ pairs }: Arcs): number => pairs.length >> 1;

/** The last position of an arc. */
export const endOf = ({ pairs }: Arcs, arc: number): number => pairs[arc << 1]!;

/** Whose arc it is; of a circle without owners, a number that is nobody's place. */
export const ownerOf = ({ pairs }: Arcs, arc: number): number => pairs[(arc << 1) + 1]!;

const LAST = 4294967295;
/** Places in the table an arc, about: few have more than one end. */
const PLACES = 2;
/** More places than this a table does not get: beyond it lookups take a few steps more. */
const MOST_BITS = 22;

/** Cuts a circle at these ends, in ascending order, of arcs with these owners, integers from 0: what lies behind the last end is the first arc's owner's. */
export function cutArcs(ends: Uint32Array, owners: Int32Array): Arcs {
  const { length } = ends;
  const pairs = new Uint32Array(2 * (ends.at(-1) === LAST ? length : length + 1));
  for (let arc = 0; arc < length; arc++) {
    pairs[2 * arc] = ends[arc]!;
    pairs[2 * arc + 1] = owners[arc]!;
  }
  if (pairs.length > 2 * length) pairs.set([LAST, owners[0] ?? NOBODY], 2 * length);
  return withTable(pairs);
}

const NOBODY = LAST;

function withTable(pairs: Uint32Array): Arcs {
  const count = pairs.length >> 1;
  const bits = Math.min(MOST_BITS, 32 - Math.clz32(PLACES * count));
  const shift = 32 - bits;
  // Half as wide, more of it stays in the processor's cache.
  const table = count <= 65536 ? new Uint16Array(1 << bits) : new Uint32Array(1 << bits);
  for (let arc = 0, place = 0; arc < count; arc++) {
    const last = pairs[2 * arc]! >>> shift;
    while (place <= last) table[place++] = arc;
  }
  return { pairs, table, shift };
}

/** The owner of a position. */
export const ownerAt = (arcs: Arcs, position: number): number => arcs.pairs[pairAt(arcs, position) + 1]!;

/** The arc that a position lies in. */
export const arcAt = (arcs: Arcs, position: number): number => pairAt(arcs, position) >> 1;

/** Where the pair of that arc begins. */
function pairAt({ pairs, table, shift }: Arcs, position: number): number {
  let at = table[position >>> shift]! << 1;
  // Whether the first step is taken is chance, and a processor guesses branches: so it is a sum. Further steps are rare.
  at += +(pairs[at]! < position) << 1;
  while (pairs[at]! < position) at += 2;
  return at;
}

/** What a cut circle takes, in bytes. */
export const bytesOf = ({ pairs, table }: Arcs) => pairs.byteLength + table.byteLength;
