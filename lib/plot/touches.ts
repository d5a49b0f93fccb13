import type { Box, Point } from "./placeLabels.js";

/** Whether a line, or a single point, has a part inside a box. */
export function touches(line: readonly Point[], box: Box): boolean {
  return line.some((end, i) => hasPartInside(line[i - 1] ?? end, end, box));
}

/** Liang and Barsky 1984: the segment is cut by one side of the box after the other; what is left lies inside. */
function hasPartInside(start: Point, end: Point, { left, right, top, bottom }: Box): boolean {
  let [from, to] = [0, 1];
  for (const [at, step, low, high] of [[start.x, end.x - start.x, left, right], [start.y, end.y - start.y, top, bottom]] as const) {
    if (step === 0) {
      if (at <= low || at >= high) return false;
      continue;
    }
    const [a, b] = [(low - at) / step, (high - at) / step];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
    if (from >= to) return false;
  }
  return true;
}
