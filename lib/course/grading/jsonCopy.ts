/**
 * What `JSON.parse(JSON.stringify(value))` gives, in a fraction of the time where the value is plain data, as the states
 * and messages of a run are. Anything else goes through JSON itself, and throws where that does. A value that has no JSON,
 * such as a function, gives undefined.
 */
export function jsonCopy<V>(value: V): V {
  const copy = copyPlain(value, 0);
  if (copy !== NOT_PLAIN) return copy as V;
  const text = JSON.stringify(value) as string | undefined;
  return (text === undefined ? undefined : JSON.parse(text)) as V;
}

const NOT_PLAIN = Symbol("not plain");

/** Deeper than this data may well run in a circle, which JSON finds. */
const deepest = 64;

function copyPlain(value: unknown, depth: number): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  // To JSON, -0 is 0.
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== "object" || depth > deepest || typeof (value as { toJSON?: unknown }).toJSON === "function") return NOT_PLAIN;
  return Array.isArray(value) ? copyArray(value, depth) : copyObject(value as Record<string, unknown>, depth);
}

function copyArray(array: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = [];
  for (let i = 0; i < array.length; i++) {
    const element = copyPlain(array[i], depth + 1);
    if (element === NOT_PLAIN) return NOT_PLAIN;
    copy.push(element);
  }
  return copy;
}

function copyObject(object: Record<string, unknown>, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return NOT_PLAIN;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const field = object[key];
    if (field === undefined) continue;
    const own = copyPlain(field, depth + 1);
    // As a name it would set the prototype.
    if (own === NOT_PLAIN || key === "__proto__") return NOT_PLAIN;
    copy[key] = own;
  }
  return copy;
}

/** Whether two values of plain data have the same JSON: the order of an object's fields counts. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((element, index) => isSameJson(element, other[index]));
  if (Array.isArray(other)) return false;
  const names = Object.keys(one);
  const others = Object.keys(other);
  return names.length === others.length && names.every((name, index) => name === others[index] && isSameJson((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]));
}
