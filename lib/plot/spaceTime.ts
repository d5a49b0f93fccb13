import * as Plot from "@observablehq/plot";
import type { NodeId } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";
import { figure, xAxisStyle, yAxisStyle, fontSize, type Area, type FigureOptions } from "./figure.js";
import { flights, typeOf, typicalDelay } from "./flights.js";
import type { LegendItem } from "./legend.js";
import { lifelines, nodesOf, windowOf, type Stretch } from "./lifelines.js";
import { unscaled } from "./unscaled.js";
import { bandWidth, messageLine, type Line } from "./messageLine.js";
import { coloursOfRoles, faint, ink, muted, paper, stylesOfMessages, textColour, type MessageStyle } from "./palette.js";
import { placeLabels, type Box, type LabelPlace } from "./placeLabels.js";
import { textWidth } from "./textWidth.js";

export interface SpaceTimeOptions extends FigureOptions {
  /** Start of the window, ms; the first event unless given. */
  readonly from?: number;
  /** End of the window, ms; a little after the last event unless given. */
  readonly to?: number;
  /** Which nodes to draw, from the top; all that the events name unless given. */
  readonly nodes?: readonly NodeId[];
  /** Which messages to draw; all unless given. */
  readonly messages?: (message: unknown) => boolean;
  /** What the horizontal axis counts; `time (ms)` unless given. */
  readonly xLabel?: string;
  /** A few words to write on a message, or undefined for none. A label that finds no room is left out. */
  readonly label?: (message: unknown) => string | undefined;
}

/**
 * A space–time diagram: a lifeline for each node with time to the right, its role by colour, messages as arrows from
 * sending to arrival. What is lost ends in a small ×; a crash is a bold ×, and the lifeline is gone until the restart.
 */
export function spaceTime(events: Iterable<TraceEvent>, options: SpaceTimeOptions): SVGSVGElement {
  const trace = [...events];
  const nodes = nodesOf(trace, options.nodes);
  const { from, to } = windowOf(trace, options.from, options.to);
  const visible = trace.filter(({ time, node }) => time >= from && time <= to && nodes.includes(node));
  const stretches = lifelines(trace, nodes, from, to);
  const roles = coloursOfRoles(stretches.flatMap(({ role }) => role ?? []));
  const all = flights(trace).filter((flight) => nodes.includes(flight.from) && nodes.includes(flight.to) && flight.sent <= to && (flight.ended ?? to) >= from && (options.messages?.(flight.message) ?? true));
  const styles = stylesOfMessages(all.map(({ message }) => typeOf(message)).sort());
  const marksOf = (kind: TraceEvent["kind"]) => visible.filter((event) => event.kind === kind);

  const laneHeight = nodes.length <= 3 ? 76 : nodes.length <= 6 ? 64 : nodes.length <= 12 ? 40 : 24;
  const sheet = figure(options, {
    bodyHeight: laneHeight * nodes.length,
    marginLeft: 68,
    marginRight: 24,
    legend: [
      ...[...roles].map(([label, fill]): LegendItem => ({ label, sign: { kind: "band", fill } })),
      ...[...styles].map(([label, { stroke, dashed }]): LegendItem => ({ label, sign: { kind: "line", stroke, dash: dashed ? replyDash : undefined, head: true } })),
      ...(all.some(({ lost }) => lost !== null) ? [{ label: "lost", sign: { kind: "cross", dash: lostDash } } as const] : []),
      ...(marksOf("crash").length ? [{ label: "crash", sign: { kind: "cross" } } as const] : []),
      ...(marksOf("timer").length ? [{ label: "timer fires", sign: { kind: "circle" } } as const] : []),
      ...(marksOf("input").length ? [{ label: "input", sign: { kind: "down" } } as const] : []),
      ...(marksOf("output").length ? [{ label: "output", sign: { kind: "up" } } as const] : []),
    ],
  });
  const { area } = sheet;
  const lane = (node: NodeId) => area.top + laneHeight * (nodes.indexOf(node) + 0.5);
  const x = (time: number) => area.left + ((time - from) / (to - from)) * (area.right - area.left);
  const delay = typicalDelay(all, (to - from) / 10);
  const lines = all.flatMap((flight) => messageLine(flight, { x, lane, area, delay, laneHeight }) ?? []);
  const signs = [...marksOf("input"), ...marksOf("output")].map(({ time, node }): Box => ({ left: x(time) - 6, right: x(time) + 6, top: lane(node) - bandWidth - 8, bottom: lane(node) - bandWidth + 4 }));
  const bands = nodes.map((node): Box => ({ left: area.left, right: area.right, top: lane(node) - bandWidth / 2, bottom: lane(node) + bandWidth / 2 }));
  const labels = labelsOf(lines, options.label, area, [...bands, ...signs]);
  const stroke = ({ flight }: Line) => styles.get(typeOf(flight.message))?.stroke ?? ink;
  const dots = (kind: TraceEvent["kind"], style: Plot.DotOptions) => Plot.dot(marksOf(kind), { x: "time", y: ({ node }: TraceEvent) => nodes.indexOf(node), className: kind, ...style });
  const end = { x: unscaled(({ end }: Line) => end.x), y: unscaled(({ end }: Line) => end.y) };
  /** The marks of the messages of one type. */
  const messages = (type: string, { stroke, dashed }: MessageStyle) => {
    const own = lines.filter(({ flight }) => typeOf(flight.message) === type);
    const link = (some: readonly Line[], style: Plot.LinkOptions) =>
      Plot.link(some, {
        x1: unscaled(({ start }: Line) => start.x),
        y1: unscaled(({ start }: Line) => start.y),
        x2: unscaled(({ end }: Line) => end.x),
        y2: unscaled(({ end }: Line) => end.y),
        stroke,
        strokeWidth: all.length > 60 ? 1.25 : 1.5,
        ...style,
      } as Plot.LinkOptions);
    const rotate = ({ start, end }: Line) => (Math.atan2(end.x - start.x, start.y - end.y) * 180) / Math.PI;
    return {
      lines: [link(own.filter(({ flight }) => flight.lost === null), { className: "message", ...(dashed ? { strokeDasharray: replyDash } : {}) }), link(own.filter(({ flight }) => flight.lost !== null), { className: "lost", strokeDasharray: lostDash })],
      ends: [
        Plot.vector(own.filter(({ head }) => head), { ...end, rotate, length: unscaled(() => 8), anchor: "end", shape: arrowHead, fill: stroke, stroke: null, className: "arrow-head" } as Plot.VectorOptions),
        Plot.dot(own.filter(({ flight, complete }) => flight.lost !== null && complete), { ...end, symbol: "times", r: 4.5, stroke, strokeWidth: 2, className: "loss" } as Plot.DotOptions),
      ],
    };
  };
  const types = [...styles].map(([type, style]) => messages(type, style));
  return sheet.draw({
    x: { ...xAxisStyle, type: "linear", domain: [from, to], label: options.xLabel ?? "time (ms)", ticks: 8 },
    y: { ...yAxisStyle, type: "linear", domain: [nodes.length - 0.5, -0.5], ticks: nodes.map((_, i) => i), tickFormat: (i: number) => `node ${nodes[i]}` },
    marks: [
      Plot.gridX({ stroke: faint, strokeOpacity: 1, ticks: 8 }),
      Plot.ruleY(stretches, { y: ({ node }) => nodes.indexOf(node), x1: "from", x2: "to", stroke: muted, strokeWidth: 1.5, className: "lifeline" }),
      ...types.flatMap(({ lines }) => lines),
      Plot.ruleY(stretches.filter(({ role }) => role !== null), { y: ({ node }) => nodes.indexOf(node), x1: "from", x2: "to", stroke: unscaled(({ role }: Stretch) => roles.get(role ?? "")), strokeWidth: bandWidth, className: "role" } as Plot.RuleYOptions),
      ...types.flatMap(({ ends }) => ends),
      dots("timer", { r: 3.5, fill: paper, stroke: ink, strokeWidth: 1.5 }),
      dots("crash", { symbol: "times", r: 7, stroke: ink, strokeWidth: 3 }),
      dots("input", { symbol: inputSign, r: 4, fill: ink, dy: -bandWidth - 2 }),
      dots("output", { symbol: "triangle", r: 4, fill: ink, dy: -bandWidth - 2 }),
      Plot.text(labels, {
        x: unscaled("x"),
        y: unscaled("y"),
        text: "text",
        fill: unscaled(({ line }: PlacedLabel) => textColour(stroke(line))),
        // Wide enough to close the gap between two words, where the arrow would look like a dash.
        stroke: paper,
        strokeWidth: 7,
        fontSize: labelSize,
        className: "message-label",
      } as Plot.TextOptions),
    ],
  });
}

const labelSize = fontSize - 1;
const replyDash = "5,3";
const lostDash = "1.5,3";
const arrowHead = {
  draw(context: CanvasPath, length: number) {
    context.moveTo(0, -length);
    context.lineTo(-4, 0);
    context.lineTo(4, 0);
    context.closePath();
  },
};
const inputSign = {
  draw(context: CanvasPath, size: number) {
    const r = Math.sqrt(size / Math.PI);
    context.moveTo(0, r * 1.2);
    context.lineTo(-r, -r * 0.9);
    context.lineTo(r, -r * 0.9);
    context.closePath();
  },
};

interface PlacedLabel extends LabelPlace {
  readonly text: string;
  readonly line: Line;
}

/** The labels that find room on their arrows, or, since those of what is lost are short, beside them; away from the lifelines and what stands on them. */
function labelsOf(lines: readonly Line[], label: SpaceTimeOptions["label"], area: Area, boxes: readonly Box[]): PlacedLabel[] {
  if (!label) return [];
  const wanted = lines.flatMap((line) => {
    const text = label(line.flight.message);
    return text === undefined ? [] : [{ text, line, places: placesAlong(line, textWidth(text, labelSize) / 2 + 8) }];
  });
  return placeLabels(wanted, { area, fontSize: labelSize, boxes }).flatMap((place, i) => (place ? [{ ...place, text: wanted[i]!.text, line: wanted[i]!.line }] : []));
}

function placesAlong({ start, end, flight }: Line, beside: number): LabelPlace[] {
  const shares = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2];
  return (flight.lost === null ? [0] : [0, beside, -beside]).flatMap((dx) => shares.map((share): LabelPlace => ({ x: start.x + (end.x - start.x) * share + dx, y: start.y + (end.y - start.y) * share, anchor: "middle" })));
}
