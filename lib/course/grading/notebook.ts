import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { display } from "../display.js";
import { show } from "../show.js";
import { checkNames } from "./exerciseNames.js";
import { showFailedHistory } from "./failedHistory.js";
import { showFailedRun } from "./failedRun.js";
import { gradeFolders, type AnswerFolder } from "./grade.js";
import { hint as nextHint, numberedHint } from "./hint.js";
import { inLearnersFolder, inRepository } from "./places.js";
import { formatReport } from "./report.js";
import { scoreCard } from "./scoreCard.js";
import { skeletonFiles } from "./skeleton.js";

/**
 * Grades an exercise and draws the score card under the cell: `await grade("22-vote")`, and the shortest simulated
 * run that failed, or the smallest history that was judged wrongly, if there is one. `answers` is `exercises`, the
 * learner's own, or `solutions`. While chapters are built, `exercises` stands for the untouched skeletons: a committed
 * output does not depend on what somebody has written. Throws a `UsageError` for a name that no exercise has.
 */
export async function grade(name: string, { answers = "exercises" }: { readonly answers?: "exercises" | "solutions" } = {}): Promise<void> {
  const exercises = checkNames([name]);
  const gradeIn = async (folder: AnswerFolder): Promise<void> => {
    const { report, failedRun, failedHistory } = (await gradeFolders(exercises, [folder]))[0]!;
    show((document) => scoreCard(report, { document }), formatReport(report));
    if (failedRun !== undefined) showFailedRun(failedRun);
    if (failedHistory !== undefined) showFailedHistory(failedHistory);
  };
  if (answers === "exercises" && isBuilding()) await withSkeleton(name, gradeIn);
  else await gradeIn({ path: inRepository(answers), shown: answers });
}

/**
 * Shows the next hint for an exercise: `hint("22-vote")`; with a number that one: `hint("22-vote", 1)`. While chapters
 * are built, the next is always the first.
 */
export function hint(name: string, number?: number): void {
  const asked = number ?? (isBuilding() ? 1 : undefined);
  const text = asked === undefined ? nextHint(name) : numberedHint(name, asked);
  display({ data: { "text/markdown": text, "text/plain": text } }, `In a terminal: npx leaderlab hint ${name}.`);
}

const isBuilding = (): boolean => process.env["LEADERLAB_NOTEBOOK_BUILD"] === "1";

/** The skeleton in a folder of its own, gone afterwards; it is called as if it were the learner's. */
async function withSkeleton(name: string, use: (folder: AnswerFolder) => Promise<void>): Promise<void> {
  mkdirSync(inLearnersFolder("tmp"), { recursive: true });
  const path = mkdtempSync(inLearnersFolder("tmp", "skeleton-"));
  try {
    mkdirSync(join(path, name));
    for (const [file, text] of skeletonFiles(name)) writeFileSync(join(path, name, file), text);
    await use({ path, shown: "exercises" });
  } finally {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}
