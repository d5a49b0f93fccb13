import * as Plot from "@observablehq/plot";
import { axisLabel, formatNumber, logTicks, type Axis } from "./axis.js";
import { figure, xAxisStyle, yAxisStyle, fontSize, type FigureOptions } from "./figure.js";
import { faint, ink, muted, paper, seriesColour, textColour } from "./palette.js";
import { placeLabels, type LabelPlace } from "./placeLabels.js";
import { textWidth } from "./textWidth.js";
import { unscaled } from "./unscaled.js";

export interface LinesOptions<T> extends FigureOptions {
  readonly x: Axis<T>;
  readonly y: Axis<T>;
  /** The field that tells lines apart; its values are written at their ends. One line unless given. */
  readonly stroke?: keyof T & string;
  /** Rows with the same fields, laid over as hollow circles: what was published, or simulated where the line is a formula. */
  readonly points?: {
    readonly rows: readonly T[];
    /** What the circles are, for the legend. */
    readonly name: string;
    /** What the lines are, for the legend. */
    readonly lineName: string;
  };
}

/** A line for each value of `stroke`, through its rows in the order of x. Rows without a number on either axis are left out. */
export function lines<T extends object>(rows: readonly T[], options: LinesOptions<T>): SVGSVGElement {
  const { x, y, stroke, points } = options;
  const at = (row: T) => ({ x: row[x.field] as number, y: row[y.field] as number, name: stroke ? String(row[stroke]) : "" });
  const isDrawn = (point: { x: number; y: number }) => Number.isFinite(point.x) && Number.isFinite(point.y);
  const data = rows.map(at).filter(isDrawn);
  const overlay = (points?.rows ?? []).map(at).filter(isDrawn);
  const names = [...new Set([...data, ...overlay].map(({ name }) => name))];
  const colour = (name: string) => seriesColour(names.indexOf(name));
  const domains = { x: domainOf([...data, ...overlay].map(({ x }) => x), x.log, false), y: domainOf([...data, ...overlay].map(({ y }) => y), y.log, true) };
  const widest = Math.max(0, ...names.map((name) => textWidth(name, fontSize, true)));
  const height = 300;
  const sheet = figure(options, {
    bodyHeight: height,
    marginLeft: 64,
    marginRight: widest ? widest + 24 : 28,
    yLabel: axisLabel(y),
    legend: points ? [...(data.length ? [{ label: points.lineName, sign: { kind: "line", stroke: ink } } as const] : []), { label: points.name, sign: { kind: "circle" } } as const] : [],
  });
  const { area } = sheet;
  const pixels = (value: number, [low, high]: readonly [number, number], log = false) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const lines = names.map((name) => data.filter((point) => point.name === name).sort((a, b) => a.x - b.x));
  const ends = lines.flatMap((line, i) => {
    const end = line.at(-1) ?? overlay.filter(({ name }) => name === names[i]).at(-1);
    return end && end.name ? [{ text: end.name, x: area.left + pixels(end.x, domains.x, x.log) * (area.right - area.left) + 10, y: area.bottom - pixels(end.y, domains.y, y.log) * height }] : [];
  });
  const room = { left: area.left, right: area.right + widest + 24, top: area.top - 10, bottom: area.bottom + 10 };
  const places = placeLabels(ends.map((end) => ({ text: end.text, places: dodges.map((dy): LabelPlace => ({ x: end.x, y: end.y + dy, anchor: "start" })) })), { area: room, fontSize });
  const labels = ends.map((end, i) => ({ ...end, ...places[i], fill: textColour(colour(end.text)) }));
  // Half a node is none.
  const whole = data.every((point) => Number.isInteger(point.x));
  const ticks = (axis: Axis<T>, [low, high]: readonly [number, number], count: number) => (axis.log ? logTicks(low, high) : count);
  return sheet.draw({
    x: { ...xAxisStyle, type: x.log ? "log" : "linear", domain: domains.x, label: axisLabel(x), ticks: ticks(x, domains.x, whole ? Math.min(8, Math.max(1, domains.x[1] - domains.x[0])) : 8), tickFormat: formatNumber },
    y: { ...yAxisStyle, type: y.log ? "log" : "linear", domain: domains.y, ticks: ticks(y, domains.y, 6), tickFormat: formatNumber },
    marks: [
      Plot.gridY({ stroke: faint, strokeOpacity: 1, ticks: ticks(y, domains.y, 6) }),
      Plot.ruleY([domains.y[0]], { stroke: muted }),
      ...lines.map((line, i) => Plot.line(line, { x: "x", y: "y", stroke: seriesColour(i), strokeWidth: 2.5, className: "line" })),
      Plot.dot(data.length <= 60 && !points ? data : [], { x: "x", y: "y", r: 3, fill: unscaled(({ name }: { name: string }) => colour(name)), className: "point" } as Plot.DotOptions),
      Plot.dot(overlay, { x: "x", y: "y", r: 5, fill: paper, stroke: unscaled(({ name }: { name: string }) => colour(name)), strokeWidth: 2, className: "overlay" } as Plot.DotOptions),
      Plot.text(labels, { x: unscaled("x"), y: unscaled("y"), text: "text", fill: unscaled("fill"), textAnchor: "start", fontWeight: 600, className: "series" } as Plot.TextOptions),
    ],
  });
}

const dodges = [0, -8, 8, -16, 16, -24, 24, -32, 32, -48, 48, -64, 64];

function domainOf(values: readonly number[], log = false, fromZero: boolean): readonly [number, number] {
  if (values.length === 0) return log ? [1, 10] : [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (log) {
    logTicks(low, high);
    return low === high ? [low / 2, high * 2] : fromZero ? [low * 0.9, high * 1.1] : [low, high];
  }
  if (fromZero) return low >= 0 ? [0, high > 0 ? high * 1.06 : 1] : [low * 1.06, Math.max(0, high * 1.06)];
  return low === high ? [low - 1, high + 1] : [low, high];
}
