import * as Plot from "@observablehq/plot";
import { axisLabel, formatNumber, type Axis } from "./axis.js";
import { axisLine, figure, xAxisStyle, yAxisStyle, fontSize, type FigureOptions } from "./figure.js";
import { faint, ink, muted, paper, seriesColour } from "./palette.js";
import { wrapText } from "./textWidth.js";
import { unscaled } from "./unscaled.js";

export interface BarsOptions<T> extends FigureOptions {
  /** The names under the bars; where `fx` groups them, the names in the legend instead. */
  readonly x: LinearAxis<T>;
  /** The height of the bars, from 0. */
  readonly y: LinearAxis<T>;
  /** Groups: bars with the same value stand together, coloured by x. None unless given. */
  readonly fx?: LinearAxis<T>;
}

/** Bars begin at 0, which a logarithmic axis does not have. */
type LinearAxis<T> = Omit<Axis<T>, "log"> & { readonly log?: never };

/** A bar for each row, in the order of the rows, with its value above it; a row without a number has "none" there. */
export function bars<T extends object>(rows: readonly T[], options: BarsOptions<T>): SVGSVGElement {
  const { x, y, fx } = options;
  const data = rows.map((row) => ({ x: String(row[x.field]), group: fx ? String(row[fx.field]) : "", y: Number.isFinite(row[y.field]) ? (row[y.field] as number) : null }));
  const names = [...new Set(data.map(({ x }) => x))];
  const groups = [...new Set(data.map(({ group }) => group))];
  const colour = (name: string) => (fx ? seriesColour(names.indexOf(name)) : seriesColour(0));
  const high = Math.max(0, ...data.map(({ y }) => y ?? 0)) || 1;
  const low = Math.min(0, ...data.map(({ y }) => y ?? 0));
  const layout = {
    bodyHeight: 280,
    marginLeft: 64,
    marginRight: 24,
    marginTop: 4,
    yLabel: axisLabel(y),
    legend: fx ? names.map((label) => ({ label, sign: { kind: "band", fill: colour(label) } }) as const) : [],
  };
  const width = (({ area }) => area.right - area.left)(figure(options, layout));
  const barWidth = (width / Math.max(1, groups.length * (names.length + 0.5))) * 0.85;
  // Names that would stand close to their neighbours take more lines.
  const below = fx ? groups : names;
  const room = width / Math.max(1, below.length) - 12;
  const inLines = new Map(below.map((name) => [name, wrapText(name.replaceAll("-", "- "), fontSize, room).map((line) => line.replaceAll("- ", "-"))]));
  const axisLines = Math.max(1, ...[...inLines.values()].map((lines) => lines.length));
  const sheet = figure(options, { ...layout, axisLines });
  const named = { ...xAxisStyle, labelOffset: xAxisStyle.labelOffset + axisLine * (axisLines - 1), tickFormat: (name: string) => inLines.get(name)?.join("\n") ?? name };
  const facet = fx ? { fx: "group" } : {};
  return sheet.draw({
    x: { ...named, type: "band", domain: names, label: fx ? null : axisLabel(x), padding: fx ? 0.08 : 0.25, ...(fx ? { axis: null } : {}) },
    ...(fx ? { fx: { ...named, type: "band", domain: groups, label: axisLabel(fx), padding: 0.15, axis: "bottom" } } : {}),
    y: { ...yAxisStyle, domain: [low * 1.08, high * 1.08], ticks: 6, tickFormat: formatNumber },
    marks: [
      Plot.gridY({ stroke: faint, strokeOpacity: 1, ticks: 6 }),
      Plot.barY(data, { x: "x", y: (row) => row.y ?? 0, fill: unscaled(({ x }: { x: string }) => colour(x)), ...facet, className: "bar" } as Plot.BarYOptions),
      Plot.ruleY([0], { stroke: muted }),
      ...(barWidth > 30 ? [Plot.text(data, { x: "x", y: (row) => Math.max(0, row.y ?? 0), text: (row) => (row.y === null ? "none" : formatNumber(row.y)), dy: -10, fill: ink, stroke: paper, strokeWidth: 4, fontSize: fontSize - 1, ...facet, className: "value" } as Plot.TextOptions)] : []),
    ],
  } as Plot.PlotOptions);
}
