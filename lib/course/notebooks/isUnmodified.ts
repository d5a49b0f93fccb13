import { createHash } from "node:crypto";
import type { Chapter, ChapterCell } from "./parseChapter.js";

/**
 * Whether the cells of a notebook (the text of an .ipynb file) are still those that the course built, whatever has been
 * run since. False for anything that is not a notebook of the course.
 */
export function isUnmodified(text: string): boolean {
  const stored = readSources(text);
  return stored !== undefined && stored.recorded === stored.actual;
}

/** Whether a notebook's cells are those of this chapter, all unmodified. */
export function isBuiltFrom(chapter: Chapter, text: string): boolean {
  return isUnmodified(text) && readSources(text)?.actual === digestOfSources(chapter.cells);
}

/** What a notebook records of its cells when it is built. */
export function digestOfSources(cells: readonly Pick<ChapterCell, "type" | "source">[]): string {
  return createHash("sha256").update(JSON.stringify(cells.map(({ type, source }) => [type, source]))).digest("hex").slice(0, 32);
}

function readSources(text: string): { recorded: string | undefined; actual: string } | undefined {
  try {
    const { cells, metadata } = JSON.parse(text) as { cells: { cell_type: ChapterCell["type"]; source: string | string[] }[]; metadata: { leaderlab?: { sources?: string } } };
    const actual = digestOfSources(cells.map(({ cell_type, source }) => ({ type: cell_type, source: typeof source === "string" ? source : source.join("") })));
    return { recorded: metadata.leaderlab?.sources, actual };
  } catch {
    return undefined;
  }
}
