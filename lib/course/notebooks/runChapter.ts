import { setTimeout as sleep } from "node:timers/promises";
import { startKernel, type CellResult, type Kernel } from "../kernel/startKernel.js";
import type { Chapter, ChapterCell } from "./parseChapter.js";
import { notebookText } from "./notebookText.js";
import { outputProblems } from "./outputProblems.js";

/** What came of running a chapter: the notebook, and what is wrong with it, a sentence each, in order. */
export interface ChapterRun {
  readonly text: string;
  readonly problems: readonly string[];
}

/** How many ms a cell may take, and how long a notebook is listened to after its last cell. */
const cellLimit = 120_000;
const settle = 300;

/** Runs all cells of a chapter in a kernel of its own (that of the built repository at `root`), which is told that it builds. */
export async function runChapter(chapter: Chapter, root: string): Promise<ChapterRun> {
  const kernel = await startKernel({ root, env: { LEADERLAB_NOTEBOOK_BUILD: "1" } });
  const results = new Map<string, CellResult>();
  const problems: string[] = [];
  try {
    for (const cell of chapter.cells) {
      if (cell.type !== "code") continue;
      const result = await runCell(kernel, cell);
      results.set(cell.id, result);
      if (result.status !== "ok") break; // What depends on it would only fail as well.
    }
    await sleep(settle);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await kernel.shutdown();
  }
  for (const cell of chapter.cells) problems.push(...outputProblems(results.get(cell.id)?.outputs ?? [], root).map((problem) => `cell ${cell.id} (line ${cell.line}): ${problem}`));
  return { text: notebookText(chapter, results, kernel.info["language_info"]), problems };
}

async function runCell(kernel: Kernel, cell: ChapterCell): Promise<CellResult> {
  const clock = new AbortController();
  const late = sleep(cellLimit, undefined, { signal: clock.signal }).then(() => {
    throw new Error(`cell ${cell.id} (line ${cell.line}): it did not end within ${cellLimit / 1000} s.`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([kernel.execute(cell.source), late]);
  } finally {
    clock.abort();
  }
}
