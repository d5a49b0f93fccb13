/** A value of a row for reading: numbers to four significant digits, large ones to the unit; `–` for nothing. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map(formatValue).join(" ");
  if (typeof value === "object") return Object.entries(value).map(([name, inner]) => `${name} ${formatValue(inner)}`).join(", ");
  return String(value);
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
