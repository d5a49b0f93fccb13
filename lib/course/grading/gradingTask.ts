import type { HistoryExcerpt } from "./failedHistory.js";
import type { FailedRun } from "./failedRun.js";
import { inRepository } from "./places.js";

/** What the graders are told through the environment, by whoever runs vitest on them. */
export interface GradingTask {
  /** Folders with answers: absolute paths, and what the learner calls them. A grader grades its exercise in each. */
  readonly folders: readonly { readonly path: string; readonly shown: string }[];
  /** Time for all requests of an exercise, in ms; without it the grader's own. */
  readonly limit?: number | undefined;
  /** Whether all answers may run in one process, one after another: only where they are trusted. Default false. */
  readonly trusted?: boolean;
  /** Replay this case with this seed only, and tell the whole run. */
  readonly replay?: { readonly case: string; readonly seed: number };
}

/** What a grader reports of one case, in `task.meta.leaderlab`. Only this is believed, and only of a test that ran. */
export interface CaseVerdict {
  readonly exercise: string;
  /** Which of the task's folders, by position. */
  readonly folder: number;
  readonly case: string;
  readonly points: number;
  readonly status: "passed" | "failed" | "timeout" | "error";
  readonly message?: string;
  readonly replay?: string;
  /** The run that failed, where it can be drawn. */
  readonly run?: FailedRun;
  /** The history that was judged wrongly, where the case is about histories. */
  readonly history?: HistoryExcerpt;
  /** The run in words, where a replay was asked for. */
  readonly transcript?: string;
}

const variable = "LEADERLAB_GRADING_TASK";

/** Names the variable with the folder where a grader may leave things; whoever started it removes them. */
export const gradingFolder = "LEADERLAB_GRADING_FOLDER";
/** The file in it that lists the processes of answers. */
export const processList = "processes";

/** The task of this process; without one, as under `npm test`, the reference solutions are graded. */
export function readGradingTask(): GradingTask {
  const text = process.env[variable];
  return text === undefined ? { folders: [{ path: inRepository("solutions"), shown: "solutions" }] } : (JSON.parse(text) as GradingTask);
}

/** The environment that hands a task on, from that of this process. */
export function withGradingTask(task: GradingTask, folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_OPTIONS$|NODE_V8_COVERAGE$|NODE_ENV$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/.test(name));
  return { ...Object.fromEntries(own), [variable]: JSON.stringify(task), [gradingFolder]: folder };
}
