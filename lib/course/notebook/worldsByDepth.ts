import { type Bounds, explore } from "../../check/explore/index.js";
import type { Declaration } from "../../promises.js";
import type { Types } from "../../protocol.js";

/** How many different worlds are so many steps away from the start, and no fewer. */
export interface WorldsAtDepth {
  readonly depth: number;
  readonly worlds: number;
}

/** Counts the worlds of a small cluster by their distance from the start, until there are no more within the bounds. */
export function worldsByDepth<T extends Types>(declaration: Declaration<T>, bounds: Bounds): WorldsAtDepth[] {
  const rows: WorldsAtDepth[] = [];
  for (let depth = 0, before = 0; ; depth++) {
    const { unique, complete } = explore(declaration, { ...bounds, depth });
    if (unique > before) rows.push({ depth, worlds: unique - before });
    if (complete || unique === before) return rows;
    before = unique;
  }
}
