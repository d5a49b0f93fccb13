/**
 * Text that two pieces of plain data share exactly when they are equal: fields in alphabetical order, and numbers that
 * JSON has no word for written out. Throws a `TypeError` on what is not plain data.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
      return `{${Object.keys(value)
        .sort()
        .map((field) => `${JSON.stringify(field)}:${canonical((value as Record<string, unknown>)[field])}`)
        .join()}}`;
    default:
      throw new TypeError(`expected plain data, found a ${typeof value}`);
  }
}
