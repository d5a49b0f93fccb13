import * as Plot from "@observablehq/plot";
import { axisLabel, formatNumber, logTicks, type Axis } from "./axis.js";
import { endLabels, type Draft, type EndLabel } from "./endLabels.js";
import { figure, xAxisStyle, yAxisStyle, fontSize, type FigureOptions } from "./figure.js";
import type { LegendItem } from "./legend.js";
import { faint, ink, muted, paper, seriesColour, textColour } from "./palette.js";
import { textWidth } from "./textWidth.js";
import { unscaled } from "./unscaled.js";

export interface LinesOptions<T> extends FigureOptions {
  readonly x: Axis<T>;
  readonly y: Axis<T>;
  /** The field that tells lines apart; its values are written at their ends, or in the legend where they find no room. One line unless given. */
  readonly stroke?: keyof T & string;
  /** A colour for a line, as `#rrggbb`, by its name. Default: the usual series, in the order of the rows. */
  readonly colours?: Readonly<Record<string, string>>;
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
  const { x, y, stroke, points, colours = {} } = options;
  const at = (row: T) => ({ x: row[x.field] as number, y: row[y.field] as number, name: stroke ? String(row[stroke]) : "" });
  const isDrawn = (point: { x: number; y: number }) => Number.isFinite(point.x) && Number.isFinite(point.y);
  const data = rows.map(at).filter(isDrawn);
  const overlay = (points?.rows ?? []).map(at).filter(isDrawn);
  const names = [...new Set([...data, ...overlay].map(({ name }) => name))];
  const colour = (name: string) => colours[name] ?? seriesColour(names.indexOf(name));
  const domains = { x: domainOf([...data, ...overlay].map(({ x }) => x), x.log, false), y: domainOf([...data, ...overlay].map(({ y }) => y), y.log, true) };
  const height = 300;
  const legend: LegendItem[] = points ? [...(data.length ? [{ label: points.lineName, sign: { kind: "line", stroke: ink } } as const] : []), { label: points.name, sign: { kind: "circle" } }] : [];
  const marginLeft = Math.max(64, ...(y.log ? logTicks(...domains.y) : []).map((tick) => textWidth(formatNumber(tick), fontSize) + 24));
  const layout = (marginRight: number, named: readonly LegendItem[] = []) => figure(options, { bodyHeight: height, marginLeft, marginRight, yLabel: axisLabel(y), legend: [...named, ...legend] });
  const lines = names.map((name) => data.filter((point) => point.name === name).sort((a, b) => a.x - b.x));
  const share = (value: number, [low, high]: readonly [number, number], log = false) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const draft = (marginRight: number): Draft => {
    const { area } = layout(marginRight);
    const px = (point: { x: number; y: number }) => ({ x: area.left + share(point.x, domains.x, x.log) * (area.right - area.left), y: area.bottom - share(point.y, domains.y, y.log) * height });
    const named = names.flatMap((name, i) => {
      const line = lines[i]!.length ? lines[i]! : overlay.filter((point) => point.name === name).slice(-1);
      return name && line.length ? [{ name, line: line.map(px) }] : [];
    });
    return { area, lines: named, circles: overlay.map(px) };
  };
  const placed = endLabels(draft, { fontSize, margin: 28, widest: 320 });
  const sheet = placed ? layout(placed.marginRight) : layout(28, names.map((label) => ({ label, sign: { kind: "line", stroke: colour(label) } })));
  const labels = (placed?.labels ?? []).map((label) => ({ ...label, stroke: textColour(colour(label.name)) }));
  // Half a node is none.
  const whole = data.every((point) => Number.isInteger(point.x));
  const ticks = (axis: Axis<T>, [low, high]: readonly [number, number], count: number) => (axis.log ? logTicks(low, high) : count);
  return sheet.draw({
    x: { ...xAxisStyle, type: x.log ? "log" : "linear", domain: domains.x, label: axisLabel(x), ...(x.log ? { axis: null } : {}), ticks: ticks(x, domains.x, whole ? Math.min(8, Math.max(1, domains.x[1] - domains.x[0])) : 8), tickFormat: formatNumber },
    y: { ...yAxisStyle, type: y.log ? "log" : "linear", domain: domains.y, ...(y.log ? { axis: null } : {}), ticks: ticks(y, domains.y, 6), tickFormat: formatNumber },
    marks: [
      // On a logarithmic scale Plot would leave some of the ticks without a number.
      ...(x.log ? [Plot.axisX(logTicks(...domains.x), { ...xAxisStyle, label: axisLabel(x), text: formatNumber })] : []),
      ...(y.log ? [Plot.axisY(logTicks(...domains.y), { ...yAxisStyle, text: formatNumber })] : []),
      Plot.gridY({ stroke: faint, strokeOpacity: 1, ticks: ticks(y, domains.y, 6) }),
      Plot.ruleY([domains.y[0]], { stroke: muted }),
      ...lines.map((line, i) => Plot.line(line, { x: "x", y: "y", stroke: colour(names[i]!), strokeWidth: 2.5, className: "line" })),
      Plot.dot(data.length <= 60 && !points ? data : [], { x: "x", y: "y", r: 3, fill: unscaled(({ name }: { name: string }) => colour(name)), className: "point" } as Plot.DotOptions),
      Plot.dot(overlay, { x: "x", y: "y", r: 5, fill: paper, stroke: unscaled(({ name }: { name: string }) => colour(name)), strokeWidth: 2, className: "overlay" } as Plot.DotOptions),
      Plot.link(labels.filter(({ leader }) => leader), {
        x1: unscaled((label: EndLabel) => label.leader?.[0].x),
        y1: unscaled((label: EndLabel) => label.leader?.[0].y),
        x2: unscaled((label: EndLabel) => label.leader?.[1].x),
        y2: unscaled((label: EndLabel) => label.leader?.[1].y),
        stroke: unscaled("stroke"),
        strokeWidth: 1,
        className: "leader",
      } as Plot.LinkOptions),
      ...(["start", "middle", "end"] as const).map((textAnchor) =>
        Plot.text(labels.filter(({ anchor }) => anchor === textAnchor), { x: unscaled("x"), y: unscaled("y"), text: "name", fill: unscaled("stroke"), textAnchor, fontWeight: 600, stroke: paper, strokeWidth: 4, className: "series" } as Plot.TextOptions),
      ),
    ],
  });
}

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
