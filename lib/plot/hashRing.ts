import * as Plot from "@observablehq/plot";
import { onCircle, panels } from "./circle.js";
import { figure, fontSize, type FigureOptions } from "./figure.js";
import { ink, muted, paper, seriesColour } from "./palette.js";
import { textWidth } from "./textWidth.js";

/** One hash ring: who owns which part of it. */
export interface HashRingRow {
  /** What ring it is, in a few words. */
  readonly name: string;
  /** Arcs in order: where each begins and ends, as a share of the way around, clockwise from the top, and its owner, one of whose points lies where it ends. An arc that passes the top ends above 1. */
  readonly arcs: readonly { readonly from: number; readonly to: number; readonly owner: string }[];
  /** Keys that are shown beside the ring. */
  readonly keys?: readonly { readonly at: number; readonly name: string }[];
}

export interface HashRingOptions extends FigureOptions {
  /** How many rings stand side by side; as many as fit unless given. */
  readonly columns?: number;
  /** Diameter of a ring, px; 190 unless given. */
  readonly diameter?: number;
}

/** Hash rings side by side: each owner's arcs in its colour, a dot for each point, outside, and for each key, on the ring; in the middle the largest share beside the mean, and an arrow that says which way round. */
export function hashRings(rows: readonly HashRingRow[], options: HashRingOptions): SVGSVGElement {
  const { width = 720, diameter = 190 } = options;
  const owners = [...new Set(rows.flatMap(({ arcs }) => arcs.map(({ owner }) => owner)))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const colourOf = (owner: string) => seriesColour(owners.indexOf(owner));
  const grid = panels(rows.length, width - 2 * side, { width: diameter, height: titleHeight + diameter, gap, columns: options.columns });
  const sheet = figure(options, {
    // There is no axis below.
    bodyHeight: grid.height - 44,
    marginLeft: side,
    marginRight: side,
    legend: [
      ...owners.map((owner) => ({ label: owner, sign: { kind: "band", fill: colourOf(owner) } }) as const),
      { label: "a point: its arc ends here", sign: { kind: "circle", fill: ink, r: 2.5 } },
      ...(rows.some(({ keys = [] }) => keys.length > 0) ? [{ label: "a key", sign: { kind: "circle", stroke: ink } } as const] : []),
    ],
  });
  const { area } = sheet;
  const corner = (panel: number) => ({ x: area.left + grid.place(panel).left, y: area.top + grid.place(panel).top });
  const centre = (panel: number) => ({ x: corner(panel).x + diameter / 2, y: corner(panel).y + titleHeight + diameter / 2 });
  // Names of keys stand outside, and must not run over the edge.
  const widest = Math.max(0, ...rows.flatMap(({ keys = [] }) => keys.map(({ name }) => textWidth(name, fontSize - 1))));
  const radius = Math.max(diameter / 4, diameter / 2 - band / 2 - (widest > 0 ? 12 + Math.max(fontSize, widest) : 8));
  const strokes = rows.flatMap(({ arcs }, panel) =>
    arcs.flatMap(({ from, to, owner }, arc) => {
      const steps = Math.max(1, Math.ceil((to - from) * 90));
      return Array.from({ length: steps + 1 }, (_, step) => ({ ...onCircle(centre(panel), radius, from + ((to - from) * step) / steps), owner, arc: `${panel}.${arc}` }));
    }),
  );
  const points = rows.flatMap(({ arcs }, panel) => arcs.map(({ to }) => onCircle(centre(panel), radius + band / 2 + 4, to)));
  // Which way round, at the top, inside.
  const way = rows.flatMap((_, panel) => Array.from({ length: 13 }, (_, step) => ({ ...onCircle(centre(panel), radius - band / 2 - 8, (step - 6) / 60), panel })));
  const heads = rows.map((_, panel) => onCircle(centre(panel), radius - band / 2 - 8, 0.1));
  const keys = rows.flatMap(({ keys = [] }, panel) => keys.map(({ at, name }) => ({ dot: onCircle(centre(panel), radius, at), words: onCircle(centre(panel), radius + band / 2 + 11, at), anchor: anchorAt(at), name })));
  const told = rows.map(({ arcs }, panel) => {
    const shares = new Map<string, number>();
    for (const { from, to, owner } of arcs) shares.set(owner, (shares.get(owner) ?? 0) + to - from);
    return { ...centre(panel), text: `most / mean\n${(Math.max(...shares.values()) * shares.size).toFixed(2)}` };
  });
  return sheet.draw({
    // The scales are px already.
    x: { type: "linear", domain: [area.left, area.right], axis: null },
    y: { type: "linear", domain: [area.bottom, area.top], axis: null },
    marks: [
      ...owners.map((owner) => Plot.line(strokes.filter((point) => point.owner === owner), { x: "x", y: "y", z: "arc", stroke: colourOf(owner), strokeWidth: band, strokeLinecap: "butt", className: "arc" })),
      Plot.dot(points, { x: "x", y: "y", r: 2, fill: ink, className: "point" }),
      Plot.line(way, { x: "x", y: "y", z: "panel", stroke: muted, strokeWidth: 1.25, className: "clockwise" }),
      Plot.vector(heads, { x: "x", y: "y", rotate: 90 + 36, length: 8, anchor: "middle", shape: arrowHead, fill: muted, stroke: null, className: "clockwise-head" } as Plot.VectorOptions),
      Plot.dot(keys, { x: ({ dot }) => dot.x, y: ({ dot }) => dot.y, r: 4, fill: paper, stroke: ink, strokeWidth: 1.75, className: "key" }),
      ...anchors.map((anchor) => Plot.text(keys.filter((key) => key.anchor === anchor), { x: ({ words }) => words.x, y: ({ words }) => words.y, text: "name", fill: ink, fontSize: fontSize - 1, textAnchor: anchor, className: "key-name" })),
      Plot.text(told, { x: "x", y: "y", text: "text", fill: muted, fontSize, className: "balance" }),
      Plot.text(rows.map(({ name }, panel) => ({ ...corner(panel), name })), { x: "x", y: "y", text: "name", fill: ink, fontWeight: 600, fontSize, textAnchor: "start", lineAnchor: "top", className: "ring-name" }),
    ],
  });
}

/** On which side of a key its name stands, so that it does not run into the ring. */
const anchorAt = (turn: number): (typeof anchors)[number] => (turn > 0.06 && turn < 0.44 ? "start" : turn > 0.56 && turn < 0.94 ? "end" : "middle");
const anchors = ["start", "middle", "end"] as const;

const arrowHead = {
  draw(context: CanvasPath, length: number) {
    context.moveTo(0, -length);
    context.lineTo(-4, 0);
    context.lineTo(4, 0);
    context.closePath();
  },
};

const band = 14;
const side = 16;
const gap = 24;
const titleHeight = 24;
