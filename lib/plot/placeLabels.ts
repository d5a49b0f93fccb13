import type { Area } from "./figure.js";
import { textWidth } from "./textWidth.js";

/** A point in px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place where a label may stand: its anchor is at the middle of that end of the text. */
export interface LabelPlace extends Point {
  readonly anchor: "start" | "middle" | "end";
}

/** A rectangle in px. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A label and the places where it may stand, the best first. */
export interface Label {
  readonly text: string;
  readonly places: Iterable<LabelPlace>;
  /** What belongs to other labels: to be kept at a distance, lest this one be read as theirs. */
  readonly foreign?: readonly Point[];
}

const distance = 22;

/**
 * Finds a place for each label in turn: the first of its places where it stays inside the area, away from what is
 * foreign, and covers no obstacle, no box and no label placed before; null where there is none.
 */
export function placeLabels(
  labels: readonly Label[],
  options: { readonly area: Area; readonly fontSize: number; readonly obstacles?: readonly Point[]; readonly boxes?: readonly Box[] },
): (LabelPlace | null)[] {
  const { area, fontSize, obstacles = [] } = options;
  const boxes = [...(options.boxes ?? [])];
  return labels.map(({ text, places, foreign = [] }) => {
    const width = textWidth(text, fontSize, true) + 4;
    for (const place of places) {
      const left = place.anchor === "start" ? place.x - 2 : place.anchor === "end" ? place.x - width + 2 : place.x - width / 2;
      const box = { left, right: left + width, top: place.y - fontSize * 0.62, bottom: place.y + fontSize * 0.62 };
      if (box.left < area.left || box.right > area.right || box.top < area.top || box.bottom > area.bottom) continue;
      if (boxes.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)) continue;
      if (obstacles.some((point) => isNear(point, box, 0)) || foreign.some((point) => isNear(point, box, distance))) continue;
      boxes.push(box);
      return place;
    }
    return null;
  });
}

function isNear({ x, y }: Point, box: Box, by: number): boolean {
  return x > box.left - by && x < box.right + by && y > box.top - by && y < box.bottom + by;
}

/** Points at most 4 px apart along a line: what a label must not cover. */
export function alongLine(points: readonly Point[]): Point[] {
  const result: Point[] = [];
  points.forEach((end, i) => {
    const start = points[i - 1] ?? end;
    const steps = Math.max(1, Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / 4));
    for (let step = 1; step <= steps; step++) result.push({ x: start.x + ((end.x - start.x) * step) / steps, y: start.y + ((end.y - start.y) * step) / steps });
  });
  return result;
}
