import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests of the course mock modules, set the environment or start processes: each file has modules of its own. Graders and a few others do nothing of the kind. */
const COURSE = ["test/course/**/*.test.ts", "test/e2e/**/*.test.ts", "test/exercises/**/*.test.ts"];
const PURE = ["test/exercises/[A-Z0-9][0-9]-*.test.ts", "test/course/{bundleAnswer,jsonCopy,judgingCells,pages,picture}.test.ts"];

/** What takes longest begins first, so that no core waits for it at the end. Vitest itself goes by the size of files until it has seen them run. */
const LONG = /jupyterlab|grading[A-Z]\w+|experiments\/(hostile|mutants|rows|published)|course\/(kernel|notebooks|sweep)|failedStage/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => LONG.test(moduleId)), ...sorted.filter(({ moduleId }) => !LONG.test(moduleId))];
  }
}

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest leaves a core to others; of two, that would be half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default"],
    // Simulations make much that is short-lived: with more room for it, less is collected.
    execArgv: ["--max-semi-space-size=64"],
    sequence: { sequencer: LongestFirst },
    // What has been translated once is kept in node_modules, by its content: each run of graders would do it anew.
    experimental: { fsModuleCache: true },
    projects: [
      { extends: true, test: { name: "course", include: COURSE, exclude: PURE } },
      // The engines are pure: their tests share what has been loaded and compiled, which spares a quarter of the time.
      { extends: true, test: { name: "engines", include: ["test/**/*.test.ts"], exclude: COURSE, isolate: false } },
      { extends: true, test: { name: "graders", include: PURE, isolate: false } },
    ],
  },
});
