/** One axis of a chart: which field it shows, what to call it, and in which unit. */
export interface Axis<T> {
  readonly field: keyof T & string;
  readonly label: string;
  /** The unit, written in brackets after the label; null only for what has none (a name, a count). */
  readonly unit: string | null;
  /** Whether the scale is logarithmic; linear unless true. Its values must then be greater than 0. */
  readonly log?: boolean;
}

/** The words beside an axis: `downtime (ms)`. */
export function axisLabel({ label, unit }: Pick<Axis<object>, "label" | "unit">): string {
  return unit === null ? label : `${label} (${unit})`;
}

/** The powers of ten in a range; where those are fewer than three their double and fivefold too, and where that is not enough all nine. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0)) throw new RangeError(`A logarithmic axis needs values greater than 0, not ${low}; leave out \`log\` or filter them.`);
  const [sparse, middling, dense] = [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map((steps) => multiples(steps, low, high)) as [number[], number[], number[]];
  return sparse.length >= 3 ? sparse : middling.length >= 3 ? middling : dense;
}

function multiples(steps: readonly number[], low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** A number as a reader wants it on a tick or a bar: at most three significant digits, thousands apart. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: Math.abs(value) >= 1000 ? 4 : 3 });
}
