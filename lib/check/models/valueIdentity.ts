/** The same for equal JSON values, different for different ones: what a `Map` may be keyed by. The order of an object's fields does not matter. */
export function valueIdentity(value: unknown): unknown {
  if (typeof value === "object" && value !== null) return `json ${canonical(value)}`;
  return typeof value === "string" && value.startsWith("json ") ? `json ${JSON.stringify(value)}` : value;
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}
