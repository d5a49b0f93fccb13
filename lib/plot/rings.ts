import * as Plot from "@observablehq/plot";
import type { NodeId } from "../protocol.js";
import { onCircle, panels } from "./circle.js";
import { figure, fontSize, type FigureOptions } from "./figure.js";
import { colours, ink, muted, paper, seriesColour } from "./palette.js";

/** A whole cluster at one moment. */
export interface RingRow {
  /** The moment, in a few words. */
  readonly moment: string;
  /** What each node is then, by its id: words of the legend. */
  readonly states: readonly string[];
  /** Who has spoken to whom since the moment before; or who belongs together. */
  readonly contacts?: readonly (readonly [from: NodeId, to: NodeId])[];
}

export interface RingsOptions extends FigureOptions {
  /** Colours of states, by name; others get colours in their order. */
  readonly colours?: Readonly<Record<string, string>>;
  /** How many panels stand side by side; as many as fit unless given. */
  readonly columns?: number;
  /** What a contact is, for the legend; `contact` unless given. */
  readonly contact?: string;
  /** Whether a contact is an arrow, from who speaks to whom it speaks; otherwise a line between the two, which is the default. */
  readonly arrows?: boolean;
  /** Diameter of a panel's circle, px; 150 unless given. */
  readonly diameter?: number;
}

/** Clusters as they change: a panel a moment; in it a dot a node, on a circle in the order of ids, and a line or an arrow for each contact. */
export function rings(rows: readonly RingRow[], options: RingsOptions): SVGSVGElement {
  const { width = 720, diameter = 150, arrows = false } = options;
  const states = [...new Set([...Object.keys(options.colours ?? {}), ...rows.flatMap((row) => row.states)])].filter((state) => rows.some((row) => row.states.includes(state)));
  const spare = states.filter((state) => options.colours?.[state] === undefined);
  const colourOf = (state: string) => options.colours?.[state] ?? seriesColour(spare.indexOf(state));
  const grid = panels(rows.length, width - 2 * side, { width: diameter, height: titleHeight + diameter, gap, columns: options.columns });
  const sheet = figure(options, {
    // There is no axis below.
    bodyHeight: grid.height - 30,
    marginLeft: side,
    marginRight: side,
    legend: [
      ...states.map((state) => ({ label: state, sign: { kind: "circle", fill: colourOf(state) } }) as const),
      ...(rows.some(({ contacts = [] }) => contacts.length > 0) ? [{ label: options.contact ?? "contact", sign: { kind: "line", stroke: lineColour, head: arrows } } as const] : []),
    ],
  });
  const { area } = sheet;
  const most = Math.max(...rows.map((row) => row.states.length), 1);
  const dot = Math.max(1.2, Math.min(6, (0.38 * Math.PI * diameter) / most));
  const corner = (panel: number) => ({ x: area.left + grid.place(panel).left, y: area.top + grid.place(panel).top });
  const placeOf = (panel: number, node: NodeId) => {
    const { x, y } = corner(panel);
    return onCircle({ x: x + diameter / 2, y: y + titleHeight + diameter / 2 }, diameter / 2 - dot - 1, node / rows[panel]!.states.length);
  };
  const dots = rows.flatMap((row, panel) => row.states.map((state, node) => ({ ...placeOf(panel, node), state })));
  const links = rows.flatMap(({ contacts = [] }, panel) => eachOnce(contacts, arrows).map(([from, to]) => ({ from: placeOf(panel, from), to: arrows ? before(placeOf(panel, from), placeOf(panel, to), dot + 1) : placeOf(panel, to) })));
  return sheet.draw({
    // The scales are px already.
    x: { type: "linear", domain: [area.left, area.right], axis: null },
    y: { type: "linear", domain: [area.bottom, area.top], axis: null },
    marks: [
      Plot.link(links, { x1: ({ from }) => from.x, y1: ({ from }) => from.y, x2: ({ to }) => to.x, y2: ({ to }) => to.y, stroke: lineColour, strokeWidth: 0.8, className: "contact" }),
      ...(arrows ? [Plot.vector(links, { x: ({ to }) => to.x, y: ({ to }) => to.y, rotate: ({ from, to }) => (Math.atan2(to.x - from.x, from.y - to.y) * 180) / Math.PI, length: 7, anchor: "end", shape: arrowHead, fill: ink, stroke: null, className: "arrow-head" } as Plot.VectorOptions)] : []),
      // A mark for each state, so that its colour is written once.
      ...states.map((state) => Plot.dot(dots.filter((one) => one.state === state), { x: "x", y: "y", r: dot, fill: colourOf(state), stroke: paper, strokeWidth: dot > 3 ? 1 : 0, className: "node" })),
      Plot.text(rows.map(({ moment }, panel) => ({ ...corner(panel), moment })), { x: "x", y: "y", text: "moment", fill: ink, fontWeight: 600, fontSize, textAnchor: "start", lineAnchor: "top", className: "moment" }),
    ],
  });
}

/** Of the same two nodes one line, in whichever direction; but an arrow for each direction. */
function eachOnce(contacts: readonly (readonly [NodeId, NodeId])[], arrows: boolean): (readonly [NodeId, NodeId])[] {
  return [...new Map(contacts.map(([a, b]) => [arrows ? `${a} ${b}` : `${Math.min(a, b)} ${Math.max(a, b)}`, [a, b] as const])).values()];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The place on the way from one place to another that is `short` px before it, so that an arrow's head lies beside the dot and not under it. */
function before(from: Place, to: Place, short: number): Place {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 1 : Math.max(0, 1 - short / length);
  return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
}

const arrowHead = {
  draw(context: CanvasPath, length: number) {
    context.moveTo(0, -length);
    context.lineTo(-2.6, 0);
    context.lineTo(2.6, 0);
    context.closePath();
  },
};

/** Colours for who does not know yet, knows and tells, and knows and has stopped. */
export const rumorColours: Readonly<Record<string, string>> = { "does not know": "#d3d9df", tells: colours.vermilion, "knows, silent": colours.blue };

const side = 16;
const gap = 18;
const titleHeight = 24;
const lineColour = muted;
