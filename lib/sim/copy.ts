/** A deep copy of plain data. Throws a `TypeError` on what JSON cannot carry, such as functions, sets and maps. */
export function copy<V>(value: V): V {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`expected plain data, found a ${typeof value}`);
    return value;
  }
  if (Array.isArray(value)) return value.map(copy) as V;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new TypeError(`expected plain data, found a ${value.constructor?.name ?? "class instance"}`);
  const result: Record<string, unknown> = {};
  for (const field in value) result[field] = copy(value[field]);
  return result as V;
}
