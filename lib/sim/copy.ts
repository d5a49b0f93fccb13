/** A deep copy of plain data. Throws a `TypeError` on what JSON cannot carry, such as functions, sets and maps. */
export function copy<V>(value: V): V {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`expected plain data, found a ${typeof value}`);
    return value;
  }
  if (Array.isArray(value)) {
    const elements: unknown[] = value.slice();
    for (let i = 0; i < elements.length; i++) if (mayNeedCopy(elements[i])) elements[i] = copy(elements[i]);
    return elements as V;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new TypeError(`expected plain data, found a ${value.constructor?.name ?? "class instance"}`);
  const result = { ...value } as Record<string, unknown>;
  for (const field in result) if (mayNeedCopy(result[field])) result[field] = copy(result[field]);
  return result as V;
}

/** Whether a value is more than a number, a text, a truth value or nothing. */
const mayNeedCopy = (value: unknown) => (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
