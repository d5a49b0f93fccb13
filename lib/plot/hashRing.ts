import * as Plot from "@observablehq/plot";
import { onCircle, panels } from "./circle.js";
import { figure, fontSize, type FigureOptions } from "./figure.js";
import { ink, muted, paper, seriesColour } from "./palette.js";

/** One hash ring: who owns which part of it. */
export interface HashRingRow {
  /** What ring it is, in a few words. */
  readonly name: string;
  /** Arcs in order: where each begins and ends, as a share of the way around, clockwise from the top, and its owner. An arc that passes the top ends above 1. */
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

/** Hash rings side by side: each owner's arcs in its colour, and in its middle the largest share beside the mean. */
export function hashRings(rows: readonly HashRingRow[], options: HashRingOptions): SVGSVGElement {
  const { width = 720, diameter = 190 } = options;
  const owners = [...new Set(rows.flatMap(({ arcs }) => arcs.map(({ owner }) => owner)))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const colourOf = (owner: string) => seriesColour(owners.indexOf(owner));
  const grid = panels(rows.length, width - 2 * side, { width: diameter, height: titleHeight + diameter, gap, columns: options.columns });
  const sheet = figure(options, { bodyHeight: grid.height - 30, marginLeft: side, marginRight: side, legend: owners.map((owner) => ({ label: owner, sign: { kind: "band", fill: colourOf(owner) } })) });
  const { area } = sheet;
  const corner = (panel: number) => ({ x: area.left + grid.place(panel).left, y: area.top + grid.place(panel).top });
  const centre = (panel: number) => ({ x: corner(panel).x + diameter / 2, y: corner(panel).y + titleHeight + diameter / 2 });
  const radius = diameter / 2 - keyRoom;
  const strokes = rows.flatMap(({ arcs }, panel) =>
    arcs.flatMap(({ from, to, owner }, arc) => {
      const steps = Math.max(1, Math.ceil((to - from) * 90));
      return Array.from({ length: steps + 1 }, (_, step) => ({ ...onCircle(centre(panel), radius, from + ((to - from) * step) / steps), owner, arc: `${panel}.${arc}` }));
    }),
  );
  const keys = rows.flatMap(({ keys = [] }, panel) => keys.map(({ at, name }) => ({ dot: onCircle(centre(panel), radius, at), words: onCircle(centre(panel), radius + 17, at), name })));
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
      ...owners.map((owner) => Plot.line(strokes.filter((point) => point.owner === owner), { x: "x", y: "y", z: "arc", stroke: colourOf(owner), strokeWidth: 16, strokeLinecap: "butt", className: "arc" })),
      Plot.dot(keys, { x: ({ dot }) => dot.x, y: ({ dot }) => dot.y, r: 4, fill: paper, stroke: ink, strokeWidth: 1.75, className: "key" }),
      Plot.text(keys, { x: ({ words }) => words.x, y: ({ words }) => words.y, text: "name", fill: ink, fontSize: fontSize - 1, className: "key-name" }),
      Plot.text(told, { x: "x", y: "y", text: "text", fill: muted, fontSize, className: "balance" }),
      Plot.text(rows.map(({ name }, panel) => ({ ...corner(panel), name })), { x: "x", y: "y", text: "name", fill: ink, fontWeight: 600, fontSize, textAnchor: "start", lineAnchor: "top", className: "ring-name" }),
    ],
  });
}

const side = 16;
const gap = 24;
const titleHeight = 24;
const keyRoom = 26;
