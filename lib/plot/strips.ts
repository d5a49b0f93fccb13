import * as Plot from "@observablehq/plot";
import { figure, type FigureOptions, xAxisStyle, yAxisStyle } from "./figure.js";
import { ink, muted } from "./palette.js";
import { unscaled } from "./unscaled.js";

/** Strips that belong together, one above the other. */
export interface StripPanel {
  readonly name: string;
  /** By strip: its values, one after the other. */
  readonly strips: readonly (readonly number[])[];
}

export interface StripsOptions extends FigureOptions {
  /** When the first value was taken, and the time between two, ms. */
  readonly from: number;
  readonly every: number;
  /** What a strip is, as in `server`; its number is written after it. */
  readonly strip: string;
  /** The least value of each shade but the lightest, ascending; at most five. */
  readonly shades: readonly number[];
  /** What is counted, for the legend. */
  readonly unit: string;
}

/** One hue, light to dark: with any kind of colour vision, and in grey, darker is more. */
const ramp = ["#eceff3", "#c3d9ee", "#8dbfe0", "#4b95c8", "#1761a8", "#062b5f"];
const laneHeight = 18;

/** Whole numbers over time as strips of shade, a strip each: what is dark at once, and what is light, is seen at a glance. */
export function strips(panels: readonly StripPanel[], options: StripsOptions): SVGSVGElement {
  const { from, every, strip, shades, unit } = options;
  const shadeOf = (value: number) => shades.filter((least) => value >= least).length;
  // Between two panels there is room for the name of the second.
  const tops: number[] = [];
  let height = 0;
  for (const { strips } of panels) {
    height += 1.4;
    tops.push(height);
    height += strips.length;
  }
  const to = from + every * Math.max(0, ...panels.flatMap(({ strips }) => strips.map((values) => values.length)));
  const cells = panels.flatMap((panel, p) => panel.strips.flatMap((values, i) => stretches(values.map(shadeOf)).map(({ shade, begin, end }) => ({ y: tops[p]! + i + 0.5, x1: from + begin * every, x2: from + end * every, shade }))));
  const lanes = panels.flatMap((panel, p) => panel.strips.map((_, i) => ({ y: tops[p]! + i + 0.5, name: `${strip} ${i}` })));
  const names = new Map(lanes.map(({ y, name }) => [y, name]));
  const words = (i: number) => {
    const [low, next] = [i === 0 ? 0 : shades[i - 1]!, shades[i]];
    return next === undefined ? `${low} and more` : next === low + 1 ? `${low}` : `${low} to ${next - 1}`;
  };
  const legend = Array.from({ length: shades.length + 1 }, (_, i) => ({ label: i === 0 ? `${words(i)} ${unit}` : words(i), sign: { kind: "band", fill: ramp[i]! } }) as const);
  const sheet = figure(options, { bodyHeight: laneHeight * height, marginLeft: 84, marginRight: 24, legend });
  return sheet.draw({
    x: { ...xAxisStyle, type: "linear", domain: [from, to], label: "time (ms)", ticks: 8, tickFormat: (time: number) => time.toLocaleString("en-US") },
    y: { ...yAxisStyle, type: "linear", domain: [height, 0], ticks: lanes.map(({ y }) => y), tickFormat: (y: number) => names.get(y) ?? "" },
    marks: [
      Plot.ruleY(cells, { y: "y", x1: "x1", x2: "x2", stroke: unscaled(({ shade }: { shade: number }) => ramp[shade]), strokeWidth: laneHeight - 2, className: "strip" } as Plot.RuleYOptions),
      Plot.text(panels.map(({ name }, p) => ({ name, y: tops[p]! - 0.5 })), { x: from, y: "y", text: "name", textAnchor: "start", fontWeight: 600, fill: ink, stroke: "none", className: "panel" }),
      Plot.ruleY([height], { stroke: muted }),
    ],
  });
}

/** Equal neighbours as one. */
function stretches(shades: readonly number[]): { readonly shade: number; readonly begin: number; readonly end: number }[] {
  const result: { shade: number; begin: number; end: number }[] = [];
  shades.forEach((shade, i) => {
    const last = result.at(-1);
    if (last && last.shade === shade) last.end = i + 1;
    else result.push({ shade, begin: i, end: i + 1 });
  });
  return result;
}
