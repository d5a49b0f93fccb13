import * as Plot from "@observablehq/plot";
import type { NodeId } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";
import { figure, xAxisStyle, yAxisStyle, fontSize, type FigureOptions } from "./figure.js";
import { lifelines, nodesOf, windowOf, type Stretch } from "./lifelines.js";
import { coloursOfRoles, faint, ink, muted, paper } from "./palette.js";
import { textWidth } from "./textWidth.js";
import { unscaled } from "./unscaled.js";

export interface RoleTimelineOptions extends FigureOptions {
  /** Start of the window, ms; the first event unless given. */
  readonly from?: number;
  /** End of the window, ms; a little after the last event unless given. */
  readonly to?: number;
  /** Which nodes to draw, from the top; all that the events name unless given. */
  readonly nodes?: readonly NodeId[];
  /** The term that an event tells, or undefined. Where a higher one first appears a line marks it; none unless given. */
  readonly term?: (event: TraceEvent) => number | undefined;
}

/** Who had which role when: a band for each node, coloured by role and broken while the node was down. No messages. */
export function roleTimeline(events: Iterable<TraceEvent>, options: RoleTimelineOptions): SVGSVGElement {
  const trace = [...events];
  const nodes = nodesOf(trace, options.nodes);
  const { from, to } = windowOf(trace, options.from, options.to);
  const stretches = lifelines(trace, nodes, from, to);
  const roles = coloursOfRoles(stretches.flatMap(({ role }) => role ?? []));
  const crashes = trace.filter(({ kind, node, time }) => kind === "crash" && nodes.includes(node) && time >= from && time <= to);
  const terms = options.term ? firstSights(trace, options.term).filter(({ time }) => time >= from && time <= to) : [];
  const laneHeight = nodes.length <= 7 ? 34 : 22;
  const bandWidth = laneHeight * 0.6;
  const sheet = figure(options, {
    bodyHeight: laneHeight * nodes.length,
    marginLeft: 68,
    marginRight: 24,
    marginTop: terms.length ? 20 : 0,
    legend: [
      ...[...roles].map(([label, fill]) => ({ label, sign: { kind: "band", fill } }) as const),
      ...(crashes.length ? [{ label: "crash", sign: { kind: "cross" } } as const] : []),
    ],
  });
  const pxPerMs = (sheet.area.right - sheet.area.left) / (to - from);
  return sheet.draw({
    x: { ...xAxisStyle, type: "linear", domain: [from, to], label: "time (ms)", ticks: 8, tickFormat: (time: number) => time.toLocaleString("en-US") },
    y: { ...yAxisStyle, type: "linear", domain: [nodes.length - 0.5, -0.5], ticks: nodes.map((_, i) => i), tickFormat: (i: number) => `node ${nodes[i]}` },
    marks: [
      Plot.gridX({ stroke: faint, strokeOpacity: 1, ticks: 8 }),
      Plot.ruleY(stretches, { y: ({ node }) => nodes.indexOf(node), x1: "from", x2: "to", stroke: muted, strokeWidth: 1.5, className: "lifeline" }),
      Plot.ruleY(stretches.filter(({ role }) => role !== null), { y: ({ node }: Stretch) => nodes.indexOf(node), x1: "from", x2: "to", stroke: unscaled(({ role }: Stretch) => roles.get(role ?? "")), strokeWidth: bandWidth, className: "role" } as Plot.RuleYOptions),
      Plot.ruleX(terms, { x: "time", stroke: ink, strokeWidth: 1, strokeDasharray: "2,3", className: "term" }),
      Plot.text(readable(terms, pxPerMs), { x: "time", text: "text", frameAnchor: "top", dy: -12, textAnchor: "start", dx: -1, className: "term-label" }),
      Plot.dot(crashes, { x: "time", y: ({ node }) => nodes.indexOf(node), symbol: "times", r: 7, stroke: ink, strokeWidth: 3, fill: paper, className: "crash" }),
    ],
  });
}

/** When each term higher than all before was first seen. */
function firstSights(events: readonly TraceEvent[], termOf: (event: TraceEvent) => number | undefined): { readonly time: number; readonly term: number }[] {
  const result: { time: number; term: number }[] = [];
  for (const event of events) {
    const term = termOf(event);
    if (term !== undefined && term > (result.at(-1)?.term ?? -Infinity)) result.push({ time: event.time, term });
  }
  return result;
}

/** Labels for the terms that have room for one: "term 2", or "2" where it is narrow, or nothing. */
function readable(terms: readonly { readonly time: number; readonly term: number }[], pxPerMs: number): { readonly time: number; readonly text: string }[] {
  return terms.flatMap(({ time, term }, i) => {
    const room = ((terms[i + 1]?.time ?? Infinity) - time) * pxPerMs - 6;
    const text = [`term ${term}`, `${term}`].find((text) => textWidth(text, fontSize) <= room);
    return text === undefined ? [] : [{ time, text }];
  });
}
