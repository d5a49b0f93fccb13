import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { UsageError } from "../usageError.js";
import { checkNames } from "./exerciseNames.js";
import type { FailedHistory } from "./failedHistory.js";
import type { FailedRun } from "./failedRun.js";
import type { CaseVerdict } from "./gradingTask.js";
import { inRepository } from "./places.js";
import { reportOf, type ExerciseGrade, type GradeReport } from "./report.js";
import { runGraders, type TestOutcome } from "./runGraders.js";

/** How to grade. */
export interface GradeOptions {
  /** The folder with the answers, relative to the working directory; default `exercises` of this repository. */
  readonly answers?: string;
  /** Time for one exercise, in ms; default: the grader's own, some seconds. */
  readonly limit?: number;
}

/**
 * Grades exercises, all of them if none is named. Each answer runs in a process of its own; what it did is judged outside.
 * Throws a `UsageError` for a name that no exercise has, or a folder that is not there.
 */
export async function grade(names: readonly string[], { answers, limit }: GradeOptions = {}): Promise<GradeReport> {
  const [report] = await gradeMany(names, [answers ?? inRepository("exercises")], limit);
  return report!;
}

/**
 * Grades the same exercises in many folders of answers, in one run of the graders; one report a folder, in their order.
 * Answers that are `trusted`, as those that tests plant, need no process of their own, which takes a third of the time.
 */
export async function gradeMany(names: readonly string[], folders: readonly string[], limit?: number, trusted = false): Promise<GradeReport[]> {
  return (await gradeFolders(checkNames(names), folders.map(checkFolder), limit, trusted)).map(({ report }) => report);
}

/** A folder of answers: where it is, and what it is called in messages and commands. */
export interface AnswerFolder {
  readonly path: string;
  readonly shown: string;
}

/** What grading one folder found. */
export interface GradedFolder {
  readonly report: GradeReport;
  /** Of all simulated runs that failed, the shortest that can be drawn. */
  readonly failedRun: FailedRun | undefined;
  /** Of all histories that were judged wrongly, the smallest. */
  readonly failedHistory: FailedHistory | undefined;
}

/** The same for exercises and folders that are known to exist. */
export async function gradeFolders(exercises: readonly string[], folders: readonly AnswerFolder[], limit?: number, trusted = false): Promise<GradedFolder[]> {
  const outcomes = await runGraders(exercises, { folders, limit, trusted });
  const graded: GradedFolder[] = [];
  for (const [index, folder] of folders.entries()) {
    const grades: ExerciseGrade[] = [];
    for (const exercise of exercises) grades.push(exerciseGrade(exercise, index, outcomes) ?? (await gradeAlone(exercise, folder, limit)));
    const verdicts = outcomes.flatMap(({ verdict }) => (verdict?.folder === index ? [verdict] : []));
    const runs = verdicts.flatMap(({ run }) => run ?? []);
    const histories = verdicts.flatMap(({ history, case: name, message = "" }) => (history === undefined ? [] : [{ ...history, case: name, message }]));
    graded.push({
      report: reportOf(grades),
      failedRun: runs.sort((one, other) => one.events - other.events)[0],
      failedHistory: histories.sort((one, other) => one.operations.length - other.operations.length)[0],
    });
  }
  return graded;
}

/**
 * For an answer about which the common run told nothing, as it does when one of the answers kills the grader: that costs
 * the one who did it, not the others.
 */
async function gradeAlone(exercise: string, folder: AnswerFolder, limit: number | undefined): Promise<ExerciseGrade> {
  const alone = exerciseGrade(exercise, 0, await runGraders([exercise], { folders: [folder], limit }));
  if (alone !== undefined) return alone;
  const nobody = exerciseGrade(exercise, 0, await runGraders([exercise], { folders: [{ path: join(folder.path, "nobody"), shown: "nobody" }] }));
  if (nobody === undefined) throw new Error(`The grader of ${exercise} told nothing. Run "npx vitest run --config test/vitest.config.ts test/exercises/${exercise}.test.ts" to see why.`);
  return { ...nobody, cases: nobody.cases.map((one) => ({ ...one, message: `${folder.shown}/${exercise} cannot be graded: it ended the grader.` })) };
}

/**
 * Replays one case of an exercise with one seed and returns the whole run in words, up to what went wrong.
 * Throws a `UsageError` if the exercise has no such case, or the case no run to replay.
 */
export async function replay(name: string, options: { readonly case: string; readonly seed: number; readonly answers?: string }): Promise<string> {
  const [exercise] = checkNames([name]);
  if (!Number.isSafeInteger(options.seed) || options.seed < 0) throw new UsageError(`A seed is an integer from 0, not ${options.seed}.`);
  const folders = [checkFolder(options.answers ?? inRepository("exercises"))];
  const outcomes = await runGraders([exercise!], { folders, replay: { case: options.case, seed: options.seed } });
  const verdict = outcomes[0]?.verdict;
  if (verdict === undefined) throw new UsageError(`${name} has no case "${options.case}" that can be replayed. "npx leaderlab grade ${name}" names the cases and prints the command for each that can.`);
  return [verdict.transcript, verdict.message].filter((part) => part !== undefined).join("\n");
}

function exerciseGrade(name: string, folder: number, outcomes: readonly TestOutcome[]): ExerciseGrade | undefined {
  const tests = outcomes.filter(({ verdict }) => verdict?.exercise === name && verdict.folder === folder);
  if (tests.length === 0) return undefined;
  const verdicts = tests.map(({ verdict }) => verdict!);
  const status = verdicts.every((verdict, index) => passed(verdict, tests[index]!)) ? "passed" : (verdicts.find((verdict) => verdict.status === "timeout" || verdict.status === "error")?.status ?? "failed");
  const cases = verdicts.map((verdict, index) => ({
    name: verdict.case,
    points: passed(verdict, tests[index]!) ? verdict.points : 0,
    max: verdict.points,
    ...(verdict.message === undefined ? {} : { message: verdict.message }),
    ...(verdict.replay === undefined ? {} : { replay: verdict.replay }),
  }));
  return { name, status, points: cases.reduce((sum, one) => sum + one.points, 0), max: cases.reduce((sum, one) => sum + one.max, 0), cases };
}

/** Points are given where the test ran, did not fail, and its own verdict says so: never for one that was skipped. */
const passed = (verdict: CaseVerdict, test: TestOutcome): boolean => test.state === "passed" && verdict.status === "passed";

/** A folder inside the repository is called by its path from the root. */
function checkFolder(folder: string): AnswerFolder {
  const path = resolve(folder);
  if (!existsSync(path)) throw new UsageError(`There is no folder ${folder}. --answers takes a folder that has the exercises' folders in it, such as "exercises" or "solutions".`);
  const way = relative(inRepository(), path);
  return { path, shown: (way.startsWith("..") || isAbsolute(way) ? path : way).replaceAll("\\", "/") };
}
