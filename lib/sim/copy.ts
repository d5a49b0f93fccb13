/** A deep copy of plain data. Throws a `TypeError` on what JSON cannot carry, such as functions, sets and maps. */
export function copy<V>(value: V): V {
  if (typeof value === "object" && value !== null) return first(value as Plain) as V;
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`expected plain data, found a ${typeof value}`);
  return value;
}

type Plain = Record<string, unknown>;

// A function a level: a spread is fast where it meets few shapes, and the levels of a log's entries have different ones.
// In one function alone a loaded Raft cluster takes a fifth longer.
function first(value: Plain): Plain {
  if (Array.isArray(value)) return elements(value, second);
  const result = { ...plain(value) };
  for (const field in result) if (mayNeedCopy(result[field])) result[field] = inner(result[field], second);
  return result;
}

function second(value: Plain): Plain {
  if (Array.isArray(value)) return elements(value, third);
  const result = { ...plain(value) };
  for (const field in result) if (mayNeedCopy(result[field])) result[field] = inner(result[field], third);
  return result;
}

function third(value: Plain): Plain {
  if (Array.isArray(value)) return elements(value, deeper);
  const result = { ...plain(value) };
  for (const field in result) if (mayNeedCopy(result[field])) result[field] = inner(result[field], deeper);
  return result;
}

function deeper(value: Plain): Plain {
  if (Array.isArray(value)) return elements(value, deeper);
  const result = { ...plain(value) };
  for (const field in result) if (mayNeedCopy(result[field])) result[field] = inner(result[field], deeper);
  return result;
}

function elements(array: readonly unknown[], level: typeof first): Plain {
  const result = array.slice();
  for (let i = 0; i < result.length; i++) if (mayNeedCopy(result[i])) result[i] = inner(result[i], level);
  return result as unknown as Plain;
}

/** What stands inside: an object, or something that no data can hold. */
const inner = (value: unknown, level: typeof first): unknown => (typeof value === "object" ? level(value as Plain) : copy(value));

/** Nearly all is as literals are: the chain of prototypes is looked at only where it may not be. */
function plain(value: Plain): Plain {
  if (value.constructor !== Object && !isPlain(value)) throw new TypeError(`expected plain data, found a ${value.constructor?.name ?? "class instance"}`);
  return value;
}

/** Whether an object has no prototype, or that of all objects: of any realm, for a notebook's cells run in one of their own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is more than a number, a text, a truth value or nothing. */
const mayNeedCopy = (value: unknown) => (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
