import * as Plot from "@observablehq/plot";
import { figure, fontSize, type FigureOptions, xAxisStyle, yAxisStyle } from "./figure.js";
import { inkOn, seriesColour } from "./palette.js";
import { textWidth } from "./textWidth.js";
import { unscaled } from "./unscaled.js";

export interface CellMapOptions<T> extends FigureOptions {
  /** Columns and rows, in the order in which their values come first, or in the one that is given; the first row is at the bottom. */
  readonly x: { readonly field: keyof T & string; readonly label: string };
  readonly y: { readonly field: keyof T & string; readonly label: string; readonly order?: readonly string[] };
  /** What decides a cell's colour. */
  readonly fill: keyof T & string;
  /** A colour for each value of `fill`, as `#rrggbb`. Default: the usual series. */
  readonly colours?: Readonly<Record<string, string>>;
  /** What is written into a cell; nothing unless given. */
  readonly text?: keyof T & string;
  /** Height of a cell, px. Default 34. */
  readonly cellHeight?: number;
}

/** A cell for each row, coloured by a category: who is best where two axes meet, or what became of each of many things. */
export function cellMap<T extends object>(rows: readonly T[], options: CellMapOptions<T>): SVGSVGElement {
  const { x, y, fill, colours, text, cellHeight = 34 } = options;
  const data = rows.map((row) => ({ x: String(row[x.field]), y: String(row[y.field]), fill: String(row[fill]), text: text ? String(row[text]) : "" }));
  const [columns, lines, names] = (["x", "y", "fill"] as const).map((field) => [...new Set(data.map((cell) => cell[field]))]) as [string[], string[], string[]];
  if (y.order) lines.splice(0, lines.length, ...y.order.filter((line) => lines.includes(line)));
  if (colours) names.sort((a, b) => Object.keys(colours).indexOf(a) - Object.keys(colours).indexOf(b));
  const colour = (name: string) => colours?.[name] ?? seriesColour(names.indexOf(name));
  const sheet = figure(options, {
    bodyHeight: lines.length * cellHeight,
    marginLeft: Math.max(48, ...lines.map((line) => textWidth(line, fontSize) + 24)),
    marginRight: 24,
    yLabel: y.label,
    legend: names.map((label) => ({ label, sign: { kind: "band", fill: colour(label) } }) as const),
  });
  return sheet.draw({
    x: { ...xAxisStyle, type: "band", domain: columns, label: x.label, padding: 0.04 },
    y: { ...yAxisStyle, type: "band", domain: [...lines].reverse(), padding: 0.06 },
    marks: [
      Plot.cell(data, { x: "x", y: "y", fill: unscaled(({ fill }: { fill: string }) => colour(fill)), className: "cell" } as Plot.CellOptions),
      ...(text ? [Plot.text(data, { x: "x", y: "y", text: "text", fontSize, fontWeight: 600, fill: unscaled(({ fill }: { fill: string }) => inkOn(colour(fill))), className: "value" } as Plot.TextOptions)] : []),
    ],
  } as Plot.PlotOptions);
}
