import type { Area } from "./figure.js";
import type { Box, Point } from "./placeLabels.js";
import { textWidth } from "./textWidth.js";
import { touches } from "./touches.js";

/** A line of a chart, in px, and the name to be written at its end. */
export interface NamedLine {
  readonly name: string;
  /** Its corners from left to right, at least one; the name stands at the last. */
  readonly line: readonly Point[];
}

/** A chart without its labels, in px. */
export interface Draft {
  readonly area: Area;
  readonly lines: readonly NamedLine[];
  /** The middles of circles that are drawn besides the lines. */
  readonly circles: readonly Point[];
}

/** A name with its place: `x` and `y` are the middle of that end of the text. */
export interface EndLabel extends Point {
  readonly name: string;
  readonly anchor: "start" | "middle" | "end";
  /** From the line's end to its name, where the two are not plainly together. */
  readonly leader: readonly [from: Point, to: Point] | null;
}

/** What may be asked of the names. */
export interface EndLabelOptions {
  readonly fontSize: number;
  /** The margin right of the area without any name, px. */
  readonly margin: number;
  /** The widest margin there may be, px. */
  readonly widest: number;
}

/** Between two names in the column, from middle to middle, px. */
const gap = 17;
/** Between an end and its name, px. */
const near = 10;
/** Between a name and what is not its own, px. */
const clear = 3;
const circleRadius = 6;
const leaderRoom = 16;

/**
 * Writes each line's name at its end so that no name touches another, a line, a circle or the axis, and none leaves the
 * picture. Lines that end at the right have their names in a column, from top to bottom as the lines end, spread where
 * they would lie one upon the other. A line that ends earlier has its name beside its end, or as near as there is room;
 * in the column if there is none. `draft` lays the chart out with a margin of so many px at the right. Returns null if
 * the column cannot hold the names: then they belong into a legend.
 */
export function endLabels(draft: (marginRight: number) => Draft, options: EndLabelOptions): { readonly marginRight: number; readonly labels: readonly EndLabel[] } | null {
  const { area, lines } = draft(options.margin);
  const place = (atRight: ReadonlySet<string>): ReturnType<typeof endLabels> => {
    const inColumn = lines.filter(({ name }) => atRight.has(name));
    const widest = Math.max(0, ...inColumn.map(({ name }) => textWidth(name, options.fontSize, true)));
    if ((inColumn.length - 1) * gap > area.bottom - area.top) return null;
    for (const indent of [near, near + leaderRoom]) {
      const marginRight = inColumn.length ? Math.max(options.margin, widest + indent + 14) : options.margin;
      if (marginRight > options.widest) return null;
      const chart = draft(marginRight);
      const column = columnOf(chart, atRight, indent);
      if (column.some(({ leader }) => leader) && indent === near) continue;
      const { placed, homeless } = besideEnds(chart, column, atRight, { ...chart.area, right: chart.area.right + marginRight - 8 }, options.fontSize);
      return homeless.length ? place(new Set([...atRight, ...homeless])) : { marginRight, labels: [...column, ...placed] };
    }
    return null;
  };
  return place(new Set(lines.filter(({ line }) => area.right - endOf(line).x < 24).map(({ name }) => name)));
}

function endOf(line: readonly Point[]): Point {
  return line[line.length - 1]!;
}

/** The names right of the area; with leaders, for all of them, as soon as one needs one. */
function columnOf({ area, lines }: Draft, atRight: ReadonlySet<string>, indent: number): EndLabel[] {
  const ends = lines.filter(({ name }) => atRight.has(name)).map(({ name, line }) => ({ name, end: endOf(line) })).sort((a, b) => a.end.y - b.end.y);
  const ys = spread(ends.map(({ end }) => end.y), area.top, area.bottom);
  const plain = ends.every(({ end }, i) => Math.abs(ys[i]! - end.y) <= 6 && area.right - end.x <= 12);
  return ends.map(({ name, end }, i) => {
    const [x, y] = [area.right + indent, ys[i]!];
    return { name, x, y, anchor: "start", leader: plain ? null : [towards(end, { x, y }, circleRadius), { x: x - 4, y }] };
  });
}

/** Numbers in ascending order moved apart to a distance of `gap`, as little as can be (isotonic regression), and kept between two bounds. */
function spread(wanted: readonly number[], low: number, high: number): number[] {
  const blocks: { sum: number; count: number }[] = [];
  const first = ({ sum, count }: { sum: number; count: number }) => Math.max(low, Math.min(high - (count - 1) * gap, sum / count));
  for (const value of wanted) {
    blocks.push({ sum: value, count: 1 });
    while (blocks.length > 1) {
      const [before, last] = [blocks[blocks.length - 2]!, blocks[blocks.length - 1]!];
      if (first(before) + before.count * gap <= first(last)) break;
      // Each counts by where the first of the joint block would be.
      blocks.splice(-2, 2, { sum: before.sum + last.sum - last.count * before.count * gap, count: before.count + last.count });
    }
  }
  return blocks.flatMap((block) => Array.from({ length: block.count }, (_, i) => first(block) + i * gap));
}

/** The names of the lines that end within the area, each where it costs least, and those for which there is no room. */
function besideEnds({ lines, circles }: Draft, column: readonly EndLabel[], atRight: ReadonlySet<string>, room: Area, fontSize: number): { placed: EndLabel[]; homeless: string[] } {
  const placed: EndLabel[] = [];
  const homeless: string[] = [];
  const boxes = column.map((label) => boxOf(label, fontSize));
  for (const { name, line } of lines) {
    if (atRight.has(name)) continue;
    const end = endOf(line);
    const foreign = lines.filter((other) => other.name !== name).map(({ line }) => line);
    const leaders = [...column, ...placed].flatMap(({ leader }) => (leader ? [leader] : []));
    let best: EndLabel | undefined;
    let least = Infinity;
    for (const { label, cost } of candidates(name, end, fontSize)) {
      if (cost >= least) continue;
      const box = boxOf(label, fontSize);
      if (box.left < room.left + 2 || box.right > room.right || box.top < room.top - 8 || box.bottom > room.bottom - 2) continue;
      if (boxes.some((other) => overlap(box, other))) continue;
      if (touches(line, grown(box, clear)) || [...foreign, ...leaders].some((other) => touches(other, grown(box, clear)))) continue;
      if (circles.some((circle) => touches([circle], grown(box, clear + circleRadius)))) continue;
      const { leader } = label;
      if (leader && boxes.some((other) => touches(leader, other))) continue;
      // A leader that crosses a line, or a name closer to another line than it need be, could be read as that line's.
      const confusion = leader ? 40 * foreign.filter((other) => crosses(leader, other)).length : foreign.some((other) => touches(other, grown(box, 10))) ? 14 : 0;
      if (cost + confusion >= least) continue;
      [best, least] = [label, cost + confusion];
    }
    if (best) {
      placed.push(best);
      boxes.push(boxOf(best, fontSize));
    } else homeless.push(name);
  }
  return { placed, homeless };
}

/** Places around an end: right of it at best, and the nearer the better. */
function candidates(name: string, end: Point, fontSize: number): { label: EndLabel; cost: number }[] {
  return [near, 16, 24, 34, 46, 60, 78, 100, 126].flatMap((distance) =>
    directions.flatMap(([dx, dy], turn) =>
      (dy === 0 ? [1] : [1, -1]).map((side) => {
        const [x, y] = [end.x + distance * dx, end.y + side * dy * (distance + fontSize * 0.6)];
        const anchor = dx > 0.3 ? "start" : dx < -0.3 ? "end" : "middle";
        const isFar = distance > 16;
        const label: EndLabel = { name, x, y, anchor, leader: null };
        return { label: isFar ? { ...label, leader: leaderTo(boxOf(label, fontSize), end) } : label, cost: distance + 1.5 * turn + (isFar ? 6 : 0) };
      }),
    ),
  );
}

/** Cosine and sine of 0° to 180° in steps of 22.5°. */
const directions = [[1, 0], [0.924, 0.383], [0.707, 0.707], [0.383, 0.924], [0, 1], [-0.383, 0.924], [-0.707, 0.707], [-0.924, 0.383], [-1, 0]] as const;

/** From an end to the nearest point of a name, short of both. */
function leaderTo(box: Box, end: Point): readonly [Point, Point] {
  const nearest = { x: Math.max(box.left, Math.min(box.right, end.x)), y: Math.max(box.top + 4, Math.min(box.bottom - 4, end.y)) };
  return [towards(end, nearest, circleRadius), towards(nearest, end, 2)];
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * distance, y: from.y + ((to.y - from.y) / length) * distance };
}

function boxOf({ name, x, y, anchor }: EndLabel, fontSize: number): Box {
  const width = textWidth(name, fontSize, true) + 4;
  const left = anchor === "start" ? x - 2 : anchor === "end" ? x - width + 2 : x - width / 2;
  return { left, right: left + width, top: y - fontSize * 0.62, bottom: y + fontSize * 0.62 };
}

function grown(box: Box, by: number): Box {
  return { left: box.left - by, right: box.right + by, top: box.top - by, bottom: box.bottom + by };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a segment crosses a line. */
function crosses([from, to]: readonly [Point, Point], line: readonly Point[]): boolean {
  const side = (a: Point, b: Point, c: Point) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
  return line.some((end, i) => {
    const start = line[i - 1];
    return start !== undefined && side(from, to, start) !== side(from, to, end) && side(start, end, from) !== side(start, end, to);
  });
}
