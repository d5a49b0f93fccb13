import * as Plot from "@observablehq/plot";
import type { NodeId } from "../protocol.js";
import { figure, fontSize, type FigureOptions } from "./figure.js";
import type { LegendItem } from "./legend.js";
import { ink, inkOn, muted, paper, seriesColour } from "./palette.js";

/** One node's log at one moment. */
export interface LogRow {
  /** The moment, in a few words: rows of the same moment make one panel. */
  readonly moment: string;
  readonly node: NodeId;
  /** The term of each entry, from the first entry on; in other protocols an epoch or a ballot. */
  readonly terms: readonly number[];
  /** How many entries, from the first on, this node knows to be committed. */
  readonly committed: number;
  /** Whether the node leads, as it sees it. Default: it does not. */
  readonly leads?: boolean;
  /** Whether the node is up. Default: it is. */
  readonly up?: boolean;
  /** Index of the first entry of `terms`. Default 1; more where the beginning was dropped. */
  readonly first?: number;
}

export interface LogsOptions extends FigureOptions {
  /** What the numbers in the cells are; `term` unless given. */
  readonly era?: string;
  /** How many panels stand side by side; as many as fit unless given. */
  readonly columns?: number;
}

/**
 * Logs as they grow: a panel for each moment, in the order of the rows; in it a line of cells for each node, by index,
 * with the entry's term as number and colour. A bar under the cells marks what the node knows to be committed.
 */
export function logs(rows: readonly LogRow[], options: LogsOptions): SVGSVGElement {
  const { width = 720, era = "term" } = options;
  const moments = [...new Set(rows.map(({ moment }) => moment))];
  const nodes = [...new Set(rows.map(({ node }) => node))].sort((a, b) => a - b);
  const eras = [...new Set(rows.flatMap(({ terms }) => terms))].sort((a, b) => a - b);
  const colour = (term: number) => seriesColour(eras.indexOf(term));
  const first = Math.min(...rows.map(({ first = 1 }) => first), Infinity);
  const last = Math.max(...rows.map(({ first = 1, terms }) => first + terms.length - 1), first);
  const places = rows.length === 0 ? 1 : last - first + 1;

  const room = width - 2 * side + panelGap;
  const fitting = Math.max(1, Math.floor(room / (chipWidth + places * narrowest + panelGap)));
  // Rows of panels are about equally long.
  const panelRows = Math.max(1, Math.ceil(moments.length / (options.columns ?? fitting)));
  const columns = options.columns ?? Math.max(1, Math.ceil(moments.length / panelRows));
  const cell = Math.max(narrowest, Math.min(widest, Math.floor((room / columns - panelGap - chipWidth) / places)));
  const panelHeight = titleHeight + nodes.length * rowHeight;
  const pitch = panelHeight + tickHeight + rowGap;

  const some = (holds: (row: LogRow) => boolean) => rows.some(holds);
  const sheet = figure(options, {
    bodyHeight: panelRows * pitch - tickHeight - rowGap,
    marginLeft: side,
    marginRight: side,
    legend: [
      ...eras.map((term): LegendItem => ({ label: `${era} ${term}`, sign: { kind: "band", fill: colour(term) } })),
      ...(some(({ committed }) => committed > 0) ? [{ label: "known to be committed", sign: { kind: "line", stroke: ink } } as const] : []),
      ...(some(({ leads }) => leads === true) ? [{ label: "node that leads", sign: { kind: "band", fill: ink } } as const] : []),
      ...(some(({ up }) => up === false) ? [{ label: "node that is down", sign: { kind: "cross" } } as const] : []),
    ],
  });
  const { area } = sheet;
  const corner = (moment: string) => {
    const place = moments.indexOf(moment);
    return { x: area.left + (place % columns) * (chipWidth + places * cell + panelGap), y: area.top + Math.floor(place / columns) * pitch };
  };
  const lines = rows.map((row) => {
    const { x, y } = corner(row.moment);
    return { ...row, x, y: y + titleHeight + nodes.indexOf(row.node) * rowHeight, left: x + chipWidth + ((row.first ?? 1) - first) * cell };
  });
  const cells = lines.flatMap(({ terms, left, y }) => terms.map((term, i) => ({ term, left: left + i * cell, right: left + (i + 1) * cell - 2, top: y, bottom: y + cellHeight, middle: left + (i + 0.5) * cell - 1, centre: y + cellHeight / 2 })));
  const bars = lines.filter(({ committed, first = 1 }) => committed >= first).map(({ left, y, committed, first = 1 }) => ({ left, right: left + (committed - first + 1) * cell - 2, y: y + cellHeight + 3.5 }));
  const chips = lines.map(({ x, y, node, leads = false, up = true }) => ({ left: x, right: x + chipWidth - 8, top: y, bottom: y + cellHeight, middle: x + (chipWidth - 8) / 2, centre: y + cellHeight / 2, node, leads, up }));
  const ticks = moments.flatMap((moment) => {
    const { x, y } = corner(moment);
    return Array.from({ length: places }, (_, i) => ({ x: x + chipWidth + (i + 0.5) * cell - 1, y: y + panelHeight + 4, text: String(first + i) })).filter((_, i) => cell >= 18 || i % 2 === 0);
  });
  const titles = moments.map((text) => ({ text, x: corner(text).x, y: corner(text).y + 9 }));
  const box = { x1: "left", x2: "right", y1: "top", y2: "bottom" };
  const words = { x: "middle", y: "centre", fontSize: fontSize - 1, fontWeight: 600 };
  return sheet.draw({
    // The scales are px already.
    x: { type: "linear", domain: [area.left, area.right], axis: null },
    y: { type: "linear", domain: [area.bottom, area.top], axis: null },
    marks: [
      // A mark for each colour, so that it is written once.
      ...eras.flatMap((one) => {
        const own = cells.filter(({ term }) => term === one);
        return [Plot.rect(own, { ...box, fill: colour(one), className: "entry" }), Plot.text(own, { ...words, text: "term", fill: inkOn(colour(one)), className: "entry-term" })];
      }),
      Plot.link(bars, { x1: "left", x2: "right", y1: "y", y2: "y", stroke: ink, strokeWidth: 3, className: "committed" }),
      ...[true, false].flatMap((leading) => {
        const own = chips.filter(({ up, leads }) => up && leads === leading);
        return [Plot.rect(own, { ...box, fill: leading ? ink : paper, stroke: muted, className: "node" }), Plot.text(own, { ...words, text: "node", fill: leading ? paper : ink, className: "node-name" })];
      }),
      Plot.dot(chips.filter(({ up }) => !up), { x: "middle", y: "centre", symbol: "times", r: 5, stroke: ink, strokeWidth: 2.5, className: "down" }),
      Plot.text(ticks, { x: "x", y: "y", text: "text", fill: muted, fontSize: fontSize - 1, lineAnchor: "top", className: "index" }),
      Plot.text(titles, { x: "x", y: "y", text: "text", fill: ink, fontWeight: 600, textAnchor: "start", className: "moment" }),
      Plot.text([{ x: area.left, y: area.bottom + tickHeight + 8 }], { x: "x", y: "y", text: () => "across: index in the log; down: nodes", textAnchor: "start", lineAnchor: "top", className: "axis" }),
    ],
  });
}

const side = 16;
const chipWidth = 30;
const cellHeight = 20;
const rowHeight = 30;
const titleHeight = 24;
const tickHeight = 16;
const rowGap = 20;
const panelGap = 28;
const narrowest = 15;
const widest = 28;
