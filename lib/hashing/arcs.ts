/**
 * The positions from 0 to 2^32 − 1, cut into arcs. Arc i ends at `ends[i]`, its last position, and begins behind the end of
 * the one before it; the last one ends at 2^32 − 1. Of arcs with the same end all but the first are empty.
 */
export interface Arcs {
  readonly ends: Uint32Array;
  /** Whose arc it is. */
  readonly owners: Int32Array;
  /** By the first bits of a position: the first arc that does not end before all positions with them. */
  readonly table: Uint16Array | Uint32Array;
  /** How far to shift a position right to find its place in the table. */
  readonly shift: number;
}

const LAST = 4294967295;
/** Places in the table an arc, about: few have more than one end. */
const PLACES = 2;
/** More places than this a table does not get: beyond it lookups take a few steps more. */
const MOST_BITS = 22;

/** Cuts a circle at these ends, in ascending order, of arcs with these owners, integers from 0: what lies behind the last end is the first arc's owner's. */
export function cutArcs(ends: Uint32Array, owners: Int32Array): Arcs {
  return ends.at(-1) === LAST ? withTable(ends, owners) : withTable(append(new Uint32Array(ends.length + 1), ends, LAST), append(new Int32Array(ends.length + 1), owners, owners[0] ?? NOBODY));
}

const NOBODY = -1;

function append<Values extends Uint32Array | Int32Array>(longer: Values, values: Values, last: number): Values {
  longer.set(values);
  longer[values.length] = last;
  return longer;
}

function withTable(ends: Uint32Array, owners: Int32Array): Arcs {
  const bits = Math.min(MOST_BITS, 32 - Math.clz32(PLACES * ends.length));
  const shift = 32 - bits;
  // Half as wide, more of it stays in the processor's cache.
  const table = ends.length <= 65536 ? new Uint16Array(1 << bits) : new Uint32Array(1 << bits);
  for (let arc = 0, place = 0; arc < ends.length; arc++) {
    const last = ends[arc]! >>> shift;
    while (place <= last) table[place++] = arc;
  }
  return { ends, owners, table, shift };
}

/** The owner of a position. */
export function ownerAt({ ends, owners, table, shift }: Arcs, position: number): number {
  let arc = table[position >>> shift]!;
  // Whether the first step is taken is chance, and a processor guesses branches: so it is a sum. Further steps are rare.
  arc += +(ends[arc]! < position);
  while (ends[arc]! < position) arc++;
  return owners[arc]!;
}

/** The arc that a position lies in. */
export function arcAt({ ends, table, shift }: Arcs, position: number): number {
  let arc = table[position >>> shift]!;
  while (ends[arc]! < position) arc++;
  return arc;
}

/** What a cut circle takes, in bytes. */
export const bytesOf = ({ ends, owners, table }: Arcs) => ends.byteLength + owners.byteLength + table.byteLength;
