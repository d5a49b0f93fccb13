/** A deep copy of plain data. Throws a `TypeError` on what JSON cannot carry, such as functions, sets and maps. */
export function copy<V>(value: V): V {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`expected plain data, found a ${typeof value}`);
    return value;
  }
  if (Array.isArray(value)) {
    const elements: unknown[] = value.slice();
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i];
      if (mayNeedCopy(element)) elements[i] = copy(element);
    }
    return elements as V;
  }
  // Nearly all is as literals are: the chain of prototypes is looked at only where it may not be.
  if (value.constructor !== Object && !isPlain(value)) throw new TypeError(`expected plain data, found a ${value.constructor?.name ?? "class instance"}`);
  const result: Record<string, unknown> = {};
  // Field by field: `{ ...value }` asks of each field how it is to be defined, and takes half as long again.
  for (const field in value) {
    const inner: unknown = value[field];
    if (field === "__proto__") Object.defineProperty(result, field, { value: copy(inner), configurable: true, enumerable: true, writable: true });
    else result[field] = mayNeedCopy(inner) ? copy(inner) : inner;
  }
  return result as V;
}

/** Whether an object has no prototype, or that of all objects: of any realm, for a notebook's cells run in one of their own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is more than a number, a text, a truth value or nothing. */
const mayNeedCopy = (value: unknown) => (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
