import * as Plot from "@observablehq/plot";
import type { Operation } from "../check/history.js";
import { operationWords } from "../check/operationWords.js";
import { figure, fontSize, xAxisStyle, yAxisStyle, type FigureOptions } from "./figure.js";
import type { LegendItem } from "./legend.js";
import { colours, faint, ink, paper } from "./palette.js";
import { textWidth } from "./textWidth.js";
import { unscaled } from "./unscaled.js";

export interface HistoryOptions extends FigureOptions {
  /** Numbers of operations in an order that can be built; drawn with their place in it. None unless given. */
  readonly order?: readonly number[];
  /** Numbers of operations that cannot follow this order; highlighted. None unless given. */
  readonly unplaced?: readonly number[];
  /** Number of the operation at whose answer no order remains; a line is drawn there. None unless given. */
  readonly blocked?: number;
}

/**
 * A history: a lane for each process, a bar for each operation from its invocation to its answer, so that one sees who
 * overlapped whom. An operation without an answer has no right end. Horizontal is the time, if every event has one, and
 * otherwise the order of the events. A `Witness` can be given as options.
 */
export function historyPicture(operations: readonly Operation[], options: HistoryOptions): SVGSVGElement {
  const { order = [], unplaced = [], blocked } = options;
  const processes = [...new Set(operations.map(({ process }) => process))].sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1));
  const timed = operations.length > 0 && operations.every(({ invokedAt, returned, returnedAt }) => invokedAt !== undefined && (returned === Infinity || returnedAt !== undefined));
  const places = operations.flatMap(({ invoked, returned }) => (returned === Infinity ? [invoked] : [invoked, returned])).sort((a, b) => a - b);
  const ranks = new Map(places.map((place, i) => [place, i]));
  const begin = (operation: Operation): number => (timed ? operation.invokedAt! : ranks.get(operation.invoked)!);
  const end = (operation: Operation): number => (timed ? operation.returnedAt! : ranks.get(operation.returned)!);
  const moments = operations.flatMap((operation) => (operation.returned === Infinity ? [begin(operation)] : [begin(operation), end(operation)]));
  const first = Math.min(...moments, moments.length > 0 ? Infinity : 0);
  const last = Math.max(...moments, first);
  const margin = Math.max((last - first) / 40, timed ? 0.01 : 0.25);
  const [from, to] = [first - margin, last + 2 * margin];

  const bars = operations.map((operation): Bar => {
    const place = order.indexOf(operation.id);
    return {
      operation,
      lane: processes.indexOf(operation.process),
      begin: begin(operation),
      end: operation.returned === Infinity ? to : end(operation),
      pending: operation.returned === Infinity,
      kind: place >= 0 ? "placed" : unplaced.includes(operation.id) ? "unplaced" : "other",
      place: place >= 0 ? String(place + 1) : unplaced.includes(operation.id) ? "?" : "",
    };
  });
  const blockedBar = bars.find(({ operation, pending }) => operation.id === blocked && !pending);
  const has = (kind: Bar["kind"]) => bars.some((bar) => bar.kind === kind);
  const labels = processes.map((process) => `process ${process}`);
  const sheet = figure(options, {
    bodyHeight: laneHeight * Math.max(1, processes.length),
    marginLeft: Math.max(76, 20 + Math.max(0, ...labels.map((label) => textWidth(label, fontSize)))),
    marginRight: 24,
    marginTop: blockedBar ? 20 : 0,
    legend: [
      ...(has("placed") ? [{ label: "in the order, with its place", sign: { kind: "band", fill: fills.placed } } satisfies LegendItem] : []),
      ...(has("unplaced") ? [{ label: "cannot follow", sign: { kind: "band", fill: fills.unplaced } } satisfies LegendItem] : []),
      ...(has("other") ? [{ label: has("placed") || has("unplaced") ? "may be left out" : "operation", sign: { kind: "band", fill: fills.other } } satisfies LegendItem] : []),
      ...(bars.some(({ pending }) => pending) ? [{ label: "never answered", sign: { kind: "line", stroke: ink, dash: openDash } } satisfies LegendItem] : []),
    ],
  });
  const { area } = sheet;
  const x = (value: number) => area.left + ((value - from) / (to - from)) * (area.right - area.left);
  const top = (lane: number) => area.top + laneHeight * lane + barTop;
  const rect = (some: readonly Bar[], className: string, style: Plot.RectOptions = {}) =>
    Plot.rect(some, {
      x1: unscaled(({ begin }: Bar) => x(begin)),
      x2: unscaled(({ end }: Bar) => Math.max(x(end), x(from) + 2)),
      y1: unscaled(({ lane }: Bar) => top(lane)),
      y2: unscaled(({ lane }: Bar) => top(lane) + barHeight),
      fill: unscaled(({ kind }: Bar) => fills[kind]),
      className,
      ...style,
    } as Plot.RectOptions);
  const edges = bars.flatMap(({ begin, end, lane, pending }) => [
    { at: x(begin), y: top(lane) },
    ...(pending ? [] : [{ at: x(end), y: top(lane) }]),
  ]);
  const words = labelsOf(bars, x, area.right).map((label) => ({ ...label, y: area.top + laneHeight * label.lane + barTop - 11 }));
  const text = { x: unscaled("x"), y: unscaled("y"), text: "text" };
  return sheet.draw({
    x: { ...xAxisStyle, type: "linear", domain: [from, to], label: timed ? "time (ms)" : "events, in their order", ticks: timed ? 8 : [] },
    y: { ...yAxisStyle, type: "linear", domain: [Math.max(1, processes.length) - 0.5, -0.5], ticks: processes.map((_, i) => i), tickFormat: (i: number) => labels[i] ?? "" },
    marks: [
      ...(timed ? [Plot.gridX({ stroke: faint, strokeOpacity: 1, ticks: 8 })] : []),
      Plot.ruleY(processes.map((_, i) => i).slice(1), { y: (i: number) => i - 0.5, stroke: faint }),
      rect(bars.filter(({ pending }) => !pending), "answered"),
      rect(bars.filter(({ pending }) => pending), "unanswered", { fillOpacity: 0.55 }),
      Plot.link(bars.filter(({ pending }) => pending), {
        x1: unscaled(({ begin }: Bar) => x(begin)),
        x2: unscaled(area.right),
        y1: unscaled(({ lane }: Bar) => top(lane) + barHeight),
        y2: unscaled(({ lane }: Bar) => top(lane) + barHeight),
        stroke: ink,
        strokeDasharray: openDash,
        className: "open-end",
      } as unknown as Plot.LinkOptions),
      Plot.link(edges, { x1: unscaled("at"), x2: unscaled("at"), y1: unscaled(({ y }: { y: number }) => y - 2), y2: unscaled(({ y }: { y: number }) => y + barHeight + 2), stroke: ink, strokeWidth: 1.5, className: "edge" } as Plot.LinkOptions),
      ...(blockedBar
        ? [
            Plot.ruleX([blockedBar], { x: "end", stroke: ink, strokeWidth: 1.5, strokeDasharray: "5,3", className: "blocked" }),
            Plot.text([{ ...lineLabel(x(blockedBar.end), area.left, area.right), y: area.top - 10, text: noOrder }], { ...text, textAnchor: "start", fill: ink, fontWeight: 600, fontSize, className: "blocked-label" } as Plot.TextOptions),
          ]
        : []),
      Plot.text(
        bars.filter(({ place, begin, end }) => place !== "" && x(end) - x(begin) > 12).map((bar) => ({ x: (x(bar.begin) + x(bar.end)) / 2, y: top(bar.lane) + barHeight / 2, text: bar.place, fill: bar.pending ? ink : paper })),
        { ...text, fill: unscaled("fill"), fontWeight: 600, fontSize, className: "place" } as Plot.TextOptions,
      ),
      Plot.text(words, { ...text, textAnchor: "start", fill: ink, stroke: paper, strokeWidth: 4, fontSize, className: "operation" } as Plot.TextOptions),
    ],
  });
}

interface Bar {
  readonly operation: Operation;
  readonly lane: number;
  readonly begin: number;
  readonly end: number;
  readonly pending: boolean;
  readonly kind: "placed" | "unplaced" | "other";
  /** What is written in it. */
  readonly place: string;
}

const fills = { placed: colours.blue, unplaced: colours.vermilion, other: "#8a949e" } as const;
const laneHeight = 58;
const barTop = 26;
const barHeight = 20;
const openDash = "2,3";
const noOrder = "no order remains";

/** Each bar's words, beginning where it begins, or earlier at the right edge; cut short where the lane's next begin. */
function labelsOf(bars: readonly Bar[], x: (value: number) => number, right: number): { readonly x: number; readonly lane: number; readonly text: string }[] {
  return bars.flatMap((bar) => {
    const text = operationWords(bar.operation);
    const own = bars.filter(({ lane }) => lane === bar.lane).sort((a, b) => a.begin - b.begin);
    const at = own.indexOf(bar);
    const next = own[at + 1];
    const before = own[at - 1];
    const least = before ? x(before.begin) + 4 : 0;
    const start = next ? x(bar.begin) : Math.max(least, Math.min(x(bar.begin), right - textWidth(text, fontSize)));
    const shortened = cut(text, (next ? x(next.begin) - 8 : right) - start);
    return shortened === "" ? [] : [{ x: start, lane: bar.lane, text: shortened }];
  });
}

/** As much of a text as fits into `room` px; nothing where that says nothing. */
function cut(text: string, room: number): string {
  if (textWidth(text, fontSize) <= room) return text;
  let length = text.length - 1;
  while (length > 1 && textWidth(`${text.slice(0, length)}…`, fontSize) > room) length--;
  return length > 1 ? `${text.slice(0, length)}…` : "";
}

function lineLabel(x: number, left: number, right: number): { readonly x: number } {
  const width = textWidth(noOrder, fontSize, true);
  return { x: Math.max(left, Math.min(x - width / 2, right - width)) };
}
