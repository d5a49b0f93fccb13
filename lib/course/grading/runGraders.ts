import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { processList, withGradingTask, type CaseVerdict, type GradingTask } from "./gradingTask.js";
import { killTree } from "./killTree.js";
import { inLearnersFolder, inRepository } from "./places.js";

/** What became of one test of a grader, and what it said, if it is one of ours. */
export interface TestOutcome {
  readonly state: string;
  readonly verdict?: CaseVerdict;
}

/**
 * Runs the graders of some exercises with vitest, in a process of its own, and reads what they say as data. A grader
 * that broke down tells nothing.
 */
export async function runGraders(exercises: readonly string[], task: GradingTask): Promise<TestOutcome[]> {
  mkdirSync(inLearnersFolder("tmp"), { recursive: true });
  const folder = mkdtempSync(inLearnersFolder("tmp", "grade-"));
  const results = join(folder, "results.json");
  try {
    await vitest(exercises, results, task.trusted ?? false, withGradingTask(task, folder), () => readProcesses(join(folder, processList)));
    return existsSync(results) ? readResults(results) : [];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Far beyond what the answers' own limits allow: it only ever ends a grader that went wrong itself. */
const limit = 10 * 60_000;

function vitest(exercises: readonly string[], results: string, trusted: boolean, env: NodeJS.ProcessEnv, answers: () => number[]): Promise<void> {
  const files = exercises.map((name) => `test/exercises/${name}.test.ts`);
  // Where there are many answers, one process that has compiled what all graders need takes the least time of processors.
  const workers = trusted ? ["--maxWorkers=1"] : [];
  const args = ["run", "--config", inRepository("test", "vitest.config.ts"), "--reporter=json", `--outputFile=${results}`, ...workers, ...files];
  const child = spawn(process.execPath, [inRepository("node_modules", "vitest", "vitest.mjs"), ...args], {
    cwd: inRepository(),
    env,
    stdio: "ignore",
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const killAll = (): void => [...answers(), child.pid!].forEach(killTree);
  const alarm = setTimeout(killAll, limit);
  const interrupted = (): void => {
    killAll();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  }).finally(() => {
    clearTimeout(alarm);
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    killAll();
  });
}

const readProcesses = (file: string): number[] => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : []);

interface VitestResults {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly meta: { readonly leaderlab?: CaseVerdict } }[] }[];
}

function readResults(file: string): TestOutcome[] {
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as VitestResults;
  return testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status, meta }) => ({ state: status, ...(meta.leaderlab === undefined ? {} : { verdict: meta.leaderlab }) })));
}
