import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests of the course mock modules, set the environment or start processes: each file has modules of its own. Graders and a few others do nothing of the kind. */
const COURSE = ["test/course/!(bundleAnswer|jsonCopy|judgingCells|pages|picture).test.ts", "test/e2e/**/*.test.ts", "test/exercises/**/*.test.ts"];
const GRADERS = "test/exercises/[A-Z0-9][0-9]-*.test.ts";

/**
 * Graders run for whoever names a test file. Where all tests run, each of them runs on the solution, the skeleton and what
 * is planted, from test/course/grading*.test.ts: by themselves they would grade the solutions once more.
 */
const named = process.argv.slice(2).some((word) => !word.startsWith("-") && !["run", "list"].includes(word) && !word.endsWith("vitest.config.ts"));

/** What takes longest begins first, so that no core waits for it at the end. Vitest itself goes by the size of files until it has seen them run. */
const LONG = /jupyterlab|grading[A-Z]\w+|experiments\/(hostile|mutants|claims|rows|published)|course\/(kernel|notebooks|sweep)|failedStage/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => LONG.test(moduleId)), ...sorted.filter(({ moduleId }) => !LONG.test(moduleId))];
  }
}

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  // Else a tsconfig.json in some folder above the clone would be read for the tests, which need none.
  oxc: { tsconfig: false } as object,
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest leaves a core to others; of two, that would be half. (A third, for those that wait for other processes, gained nothing.)
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default"],
    // Simulations make much that is short-lived: with more room for it, less is collected.
    execArgv: ["--max-semi-space-size=64"],
    sequence: { sequencer: LongestFirst },
    // What has been translated once is kept in node_modules, by its content: each run of graders would do it anew.
    experimental: { fsModuleCache: true },
    projects: [
      { extends: true, test: { name: "course", include: COURSE, exclude: [GRADERS] } },
      // The engines are pure: their tests share what has been loaded and compiled, which spares a quarter of the time.
      { extends: true, test: { name: "engines", include: ["test/**/*.test.ts"], exclude: COURSE, isolate: false } },
      ...(named ? [{ extends: true as const, test: { name: "graders", include: [GRADERS], isolate: false } }] : []),
    ],
  },
});
