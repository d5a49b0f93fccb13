import * as Plot from "@observablehq/plot";
import { axisLabel, logTicks } from "./axis.js";
import { figure, xAxisStyle, yAxisStyle, fontSize, type Area, type FigureOptions } from "./figure.js";
import type { LegendItem } from "./legend.js";
import { faint, ink, muted, paper, seriesColour, textColour } from "./palette.js";
import { alongLine, placeLabels, type LabelPlace, type Point } from "./placeLabels.js";
import { unscaled } from "./unscaled.js";

/** What was measured under one setting. */
export interface DistributionSeries {
  readonly name: string;
  /** One number a trial; null or Infinity where it never happened, so that the curve ends below 100 %. */
  readonly values: readonly (number | null)[];
  /** What a paper printed: at most a share `p` (0 to 1) of the trials took `value` or less. */
  readonly published?: readonly { readonly p: number; readonly value: number }[];
}

export interface DistributionOptions extends FigureOptions {
  /** A colour for a series, as `#rrggbb`, by its name. Default: the usual ones, in order. */
  readonly colours?: Readonly<Record<string, string>>;
  /** What the values were taken of, in the plural. Default `trials`. */
  readonly of?: string;
  /** What the values are, and their unit. */
  readonly x: {
    readonly label: string;
    readonly unit: string;
    /** Whether the scale is logarithmic; linear unless true. Values must then be greater than 0. */
    readonly log?: boolean;
    /** The range to draw; from the smallest to the largest value unless given. Curves are cut at its end. */
    readonly domain?: readonly [low: number, high: number];
  };
}

/** For each series the share of its trials that took a value or less, as a step curve; published points are hollow circles. */
export function distribution(series: readonly DistributionSeries[], options: DistributionOptions): SVGSVGElement {
  const { x: { log = false }, of = "trials", colours = {} } = options;
  const colour = (i: number) => colours[series[i]!.name] ?? seriesColour(i);
  const sorted = series.map((one) => ({ ...one, values: finiteSorted(one), trials: one.values.length }));
  const [low, high] = options.x.domain ?? rangeOf(sorted, log);
  const height = 300;
  const published = sorted.flatMap(({ published = [], name }, i) => published.map((point) => ({ ...point, name, stroke: colour(i) }))).filter(({ value }) => value >= low && value <= high);
  const flat = log ? Math.log : (value: number) => value;
  const place = (area: Area) => {
    const x = (value: number) => area.left + ((flat(value) - flat(low)) / (flat(high) - flat(low))) * (area.right - area.left);
    const y = (share: number) => area.bottom - share * height;
    const curves = sorted.map(({ name, values, trials }, i) => {
      const steps = thinned(values, trials, { low, high, x, y });
      return { name: named(name, values.length, trials, of), stroke: colour(i), steps, line: stepLine(steps, x, y) };
    });
    const paths = curves.map(({ line }) => alongLine(line));
    const obstacles = [...paths.flat(), ...published.flatMap((point) => around(x(point.value), y(point.p)))];
    const places = placeLabels(
      curves.map(({ name, line }, i) => ({ text: name, places: placesBeside(line), foreign: paths.filter((_, other) => other !== i).flat() })),
      { area, fontSize, obstacles },
    );
    return curves.map((curve, i) => ({ ...curve, place: places[i] ?? null }));
  };

  const signs: LegendItem[] = published.length ? [{ label: "our runs", sign: { kind: "line", stroke: ink } }, { label: "published", sign: { kind: "circle" } }] : [];
  const layout = { bodyHeight: height, marginLeft: 56, marginRight: 28, yLabel: `share of ${of} (%)` };
  // Where not every curve can have its name beside it all names go to the legend; that moves the body down, and nothing within it.
  const names = place(figure(options, { ...layout, legend: signs }).area);
  const crowded = names.some(({ place }) => place === null);
  const sheet = figure(options, { ...layout, legend: crowded ? [...names.map(({ name, stroke }): LegendItem => ({ label: name, sign: { kind: "line", stroke } })), ...signs] : signs });
  const curves = place(sheet.area);
  const labels = crowded ? [] : curves.flatMap(({ name, stroke, place }) => (place ? [{ ...place, text: name, fill: textColour(stroke) }] : []));
  // Of many trials no step is wider than the line; straight pieces look the same and take half the space.
  const curveOf = (i: number) => (sorted[i]!.trials > 100 ? "linear" : "step-after");

  return sheet.draw({
    x: { ...xAxisStyle, type: log ? "log" : "linear", domain: [low, high], label: axisLabel(options.x), ...(log ? { axis: null } : {}), ticks: 8, tickFormat: inFull },
    y: { ...yAxisStyle, domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: (share: number) => String(Math.round(share * 100)) },
    marks: [
      // On a logarithmic scale Plot would leave some of the ticks without a number.
      ...(log ? [Plot.axisX(logTicks(low, high), { ...xAxisStyle, label: axisLabel(options.x), text: inFull })] : []),
      Plot.gridX({ stroke: faint, strokeOpacity: 1, ...(log ? { ticks: logTicks(low, high) } : { ticks: 8 }) }),
      Plot.gridY({ stroke: faint, strokeOpacity: 1, ticks: [0.25, 0.5, 0.75, 1] }),
      Plot.ruleY([0], { stroke: muted }),
      ...curves.map(({ steps, stroke }, i) => Plot.line(steps, { x: "value", y: "share", stroke, strokeWidth: 2.5, curve: curveOf(i), className: "distribution" })),
      Plot.dot(published, { x: "value", y: "p", r: 5, fill: paper, stroke: unscaled("stroke"), strokeWidth: 2, className: "published" } as Plot.DotOptions),
      ...(["start", "end"] as const).map((textAnchor) =>
        Plot.text(labels.filter(({ anchor }) => anchor === textAnchor), { x: unscaled("x"), y: unscaled("y"), text: "text", fill: unscaled("fill"), textAnchor, fontWeight: 600, stroke: paper, strokeWidth: 4, className: "series" } as Plot.TextOptions),
      ),
    ],
  });
}

function inFull(value: number): string {
  return value.toLocaleString("en-US");
}

interface Step {
  readonly value: number;
  readonly share: number;
}

function finiteSorted({ name, values }: DistributionSeries): number[] {
  if (values.some(Number.isNaN)) throw new RangeError(`Series "${name}" contains NaN; write null where something never happened.`);
  return values.filter((value): value is number => value !== null && Number.isFinite(value)).sort((a, b) => a - b);
}

function rangeOf(series: readonly { readonly values: readonly number[]; readonly published?: DistributionSeries["published"] }[], log: boolean): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { values, published = [] } of series) {
    for (const value of [...published.map(({ value }) => value), values[0] ?? Infinity, values.at(-1) ?? -Infinity]) {
      if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  if (low > high) return log ? [1, 10] : [0, 1];
  if (log && !(low > 0)) throw new RangeError(`A logarithmic axis needs values greater than 0, not ${low}; leave out \`log\`.`);
  if (low === high) return log ? [low / 2, high * 2] : [low - 1, high + 1];
  return log ? [low * 0.95, high * 1.05] : [Math.min(low, Math.max(0, low - (high - low) * 0.03)), high];
}

/** The curve's steps within the domain, without those that would be less than two px from the one before. */
function thinned(values: readonly number[], trials: number, { low, high, x, y }: { low: number; high: number; x: (value: number) => number; y: (share: number) => number }): Step[] {
  const below = values.filter((value) => value < low).length;
  const inside = values.filter((value) => value >= low && value <= high);
  const steps: Step[] = [{ value: low, share: below / trials }];
  let last: Step = steps[0]!;
  inside.forEach((value, i) => {
    if (inside[i + 1] === value) return;
    const step = { value, share: (below + i + 1) / trials };
    if (i < inside.length - 1 && x(step.value) - x(last.value) < 2 && y(last.share) - y(step.share) < 2) return;
    steps.push(step);
    last = step;
  });
  if (values.length) steps.push({ value: high, share: last.share });
  return values.length ? steps : [];
}

function stepLine(steps: readonly Step[], x: (value: number) => number, y: (share: number) => number): Point[] {
  return steps.flatMap(({ value, share }, i) => [...(i > 0 ? [{ x: x(value), y: y(steps[i - 1]!.share) }] : []), { x: x(value), y: y(share) }]);
}

function named(name: string, finite: number, trials: number, of: string): string {
  if (trials === 0) return `${name} (no ${of})`;
  if (finite === trials) return name;
  const never = ((trials - finite) / trials) * 100;
  return `${name} (never: ${never < 0.1 ? "< 0.1" : never.toFixed(1)} %)`;
}

/** Places right of a curve, then left of it, from its middle outwards. */
function placesBeside(line: readonly Point[]): LabelPlace[] {
  const bottom = line[0]?.y ?? 0;
  const top = line.at(-1)?.y ?? 0;
  const at = [0.5, 0.56, 0.44, 0.62, 0.38, 0.68, 0.32, 0.74, 0.26, 0.8, 0.2, 0.86, 0.14, 0.92, 0.08].map((share) => {
    const y = bottom + (top - bottom) * share;
    return { x: line.find((point) => point.y <= y)?.x ?? 0, y };
  });
  const beside = (gaps: readonly number[], anchor: "start" | "end") => gaps.flatMap((gap) => at.map(({ x, y }): LabelPlace => ({ x: anchor === "start" ? x + gap : x - gap, y, anchor })));
  return [...beside([10, 18, 26], "start"), ...beside([10, 18, 26], "end")];
}

function around(x: number, y: number): Point[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ x: x + 7 * Math.cos((i * Math.PI) / 4), y: y + 7 * Math.sin((i * Math.PI) / 4) }));
}
