/** A typed array twice as long that begins with the elements of this one. */
export function grown<A extends Float64Array | Int32Array | Uint32Array | Uint8Array>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(2 * array.length);
  larger.set(array);
  return larger;
}
