/**
 * Small typed arrays, cut from one buffer after another. A buffer of its own costs each array most of a microsecond, and
 * a sweep sets up hundreds of thousands of small clusters.
 */
const SLAB = 131_072;
let slab = new ArrayBuffer(SLAB);
let used = 0;

/** Zeros in a new array of this many doubles; at most a few hundred. */
export function smallFloat64Array(length: number): Float64Array {
  return new Float64Array(slab, cut(8 * length), length);
}

/** Zeros in a new array of this many 32-bit integers; at most a few hundred. */
export function smallInt32Array(length: number): Int32Array {
  return new Int32Array(slab, cut(4 * length), length);
}

/** Takes the next bytes of the slab, in whole words of eight, and returns where they begin. */
function cut(bytes: number): number {
  const size = (bytes + 7) & ~7;
  if (used + size > SLAB) {
    slab = new ArrayBuffer(SLAB);
    used = 0;
  }
  used += size;
  return used - size;
}
