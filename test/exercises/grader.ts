import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { readGradingTask, type CaseVerdict } from "../../lib/course/grading/gradingTask.js";
import type { HistoryExcerpt } from "../../lib/course/grading/failedHistory.js";
import type { FailedRun, RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { Reply, Request } from "../../lib/course/grading/exchange.js";
import { runAnswer, TrustedAnswers, type AnswerResult } from "../../lib/course/grading/runAnswer.js";

declare module "vitest" {
  interface TaskMeta {
    leaderlab?: CaseVerdict;
  }
}

/** What was wrong, in a sentence for the person who wrote that mistake; the seed of the run that shows it. */
export interface Failure {
  readonly message: string;
  readonly seed?: number;
  /** That run in words. */
  readonly transcript?: string;
  /** What a picture shows of it, and how many events it took. */
  readonly run?: RunExcerpt & Pick<FailedRun, "events">;
  /** The history that was judged wrongly, and what a picture marks in it. */
  readonly history?: HistoryExcerpt;
}

/** One case: what is asked of the answer, and a verdict on what came back. */
export interface Case {
  readonly name: string;
  readonly points: number;
  readonly requests: readonly Request[];
  /** Undefined if all is well. It must not trust the replies: they are whatever the answer made of them. */
  judge(replies: readonly Reply[]): Failure | undefined;
  /** The same case with one seed only, where it has runs to replay; its transcript is told whether it fails or not. */
  withSeed?(seed: number): Pick<Case, "requests"> & { judge(replies: readonly Reply[]): Failure };
}

/** A grader: which file holds the answer, what it exports, and the cases. */
export interface Grader {
  readonly exercise: string;
  readonly file: string;
  readonly exports: readonly string[];
  /** Functions that run beside the answer, an absolute path. */
  readonly rig?: string;
  /** Time for all requests together, in ms. */
  readonly limit: number;
  /** Where the replies to all requests show that the learner has not begun: what every failed case then says instead. */
  readonly notWritten?: (replies: readonly Reply[]) => string | undefined;
  readonly cases: readonly Case[];
}

/** Registers one test a case, for each folder of answers in this process's task. */
export function registerGrader(grader: Grader): void {
  const task = readGradingTask();
  const cases = task.replay === undefined ? grader.cases : replayed(grader, task.replay);
  const { requests, places } = withoutRepeats(cases);
  if (cases.length === 0) test("no such case", () => {});
  const caseOf = (request: number): string => cases[Math.max(0, places.findIndex((list) => list.includes(request)))]!.name;
  const trusted = task.trusted ? new TrustedAnswers() : undefined;
  afterAll(() => trusted?.close());
  task.folders.forEach(({ path, shown }, folder) => {
    describe(`${grader.exercise} in ${shown}`, () => {
      let result: AnswerResult;
      const limit = task.limit ?? grader.limit;
      beforeAll(async () => {
        const file = join(path, grader.exercise, grader.file);
        const run = { ...grader, file, shown: `${shown}/${grader.exercise}/${grader.file}`, limit, requests };
        result = await (trusted?.run(run) ?? runAnswer(run));
      }, limit + 60_000);

      for (const [index, one] of cases.entries()) {
        test(one.name, ({ task: { meta } }) => {
          const found = verdict(one, places[index]!, result, caseOf, limit, task.replay === undefined ? grader.notWritten : undefined);
          const { seed, run, ...rest } = { seed: undefined, run: undefined, ...found };
          const replay = seed === undefined ? {} : { replay: replayCommand(grader.exercise, one.name, seed, shown) };
          meta.leaderlab = { exercise: grader.exercise, folder, case: one.name, points: one.points, ...rest, ...replay, ...(run === undefined || seed === undefined ? {} : { run: { ...run, case: one.name, seed, message: rest.message ?? "" } }) };
          if (rest.status !== "passed") throw new Error(rest.message);
        });
      }
    });
  });
}

type Verdict = Pick<CaseVerdict, "status" | "message"> & Partial<Failure>;

function verdict(one: Case, places: readonly number[], result: AnswerResult, caseOf: (request: number) => string, limit: number, unwritten: Grader["notWritten"]): Verdict {
  if (result.status === "error") return result;
  if (result.status === "timeout") return { status: "timeout", message: `Your answer did not come back within ${limit / 1000} s; it was at work on "${caseOf(result.at)}". Look for a loop that never ends, or for work that doubles with each thing more.` };
  const { replies } = result;
  try {
    const failure = one.judge(places.map((place) => replies[place]!));
    if (failure === undefined) return { status: "passed" };
    const message = unwritten?.(replies);
    return message === undefined ? { status: "failed", ...failure } : { status: "failed", message };
  } catch {
    return { status: "failed", message: "What came back from your answer was not of the kind that this case asks for." };
  }
}

/** The requests of all cases, each once, and where the replies for each case are found. */
function withoutRepeats(cases: readonly Case[]): { requests: Request[]; places: number[][] } {
  const place = new Map<string, number>();
  const requests: Request[] = [];
  const places = cases.map((one) =>
    one.requests.map((request) => {
      const text = JSON.stringify(request);
      if (!place.has(text)) place.set(text, requests.push(request) - 1);
      return place.get(text)!;
    }),
  );
  return { requests, places };
}

function replayed(grader: Grader, { case: name, seed }: { case: string; seed: number }): Case[] {
  const one = grader.cases.find((candidate) => candidate.name === name);
  return one?.withSeed === undefined ? [] : [{ name, points: one.points, ...one.withSeed(seed) }];
}

function replayCommand(exercise: string, name: string, seed: number, answers: string): string {
  return `npx leaderlab grade ${exercise} --case "${name}" --seed ${seed}${answers === "exercises" ? "" : ` --answers "${answers}"`}`;
}
