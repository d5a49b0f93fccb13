import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradeMany } from "../../lib/course/grading/grade.js";
import { hintsOf } from "../../lib/course/grading/hint.js";
import { inLearnersFolder, inRepository } from "../../lib/course/grading/places.js";
import type { ExerciseGrade, GradeReport } from "../../lib/course/grading/report.js";
import { skeletonFiles } from "../../lib/course/grading/skeleton.js";
import { plant, type Planted } from "../exercises/planted.js";

/** A folder for answers that is gone when the tests are through, with a space in its path, as on many a learner's machine. */
export function answersFolder(): string {
  mkdirSync(inLearnersFolder("tmp"), { recursive: true });
  const folder = mkdtempSync(inLearnersFolder("tmp", "test grading-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** By exercise, of those that a test file describes: what is planted, and in which of its files. */
const described = new Map<string, { readonly file: string; readonly planted: readonly Planted[] }>();
let folder: string | undefined;
let graded: Promise<GradeReport[]> | undefined;

/** All answers of all exercises of a test file, graded in one run: the solutions first, then the skeletons, then what is planted, by its number. */
function gradeAll(folder: string): Promise<GradeReport[]> {
  const [pristine, most] = [join(folder, "skeleton"), Math.max(...[...described.values()].map(({ planted }) => planted.length))];
  const answers = Array.from({ length: most }, (_, index) => join(folder, `planted ${index}`));
  for (const [name, { file, planted }] of described) {
    mkdirSync(join(pristine, name), { recursive: true });
    for (const [path, text] of skeletonFiles(name)) writeFileSync(join(pristine, name, path), text);
    planted.forEach((one, index) => plant(answers[index]!, name, file, one));
  }
  return gradeMany([...described.keys()], [inRepository("solutions"), pristine, ...answers], undefined, true);
}

/** What every exercise must be: solved by its solution and by nothing less, with hints and a README. `file` is the answer's. */
export function describeExercise(name: string, file: string, planted: readonly Planted[]): void {
  const answers = (folder ??= answersFolder());
  described.set(name, { file, planted });
  describe(name, () => {
    let solution: ExerciseGrade;
    let skeleton: ExerciseGrade;
    let wrong: ExerciseGrade[];

    beforeAll(async () => {
      const reports = await (graded ??= gradeAll(answers));
      [solution, skeleton, ...wrong] = reports.map((report) => report.exercises.find((one) => one.name === name)!) as [ExerciseGrade, ExerciseGrade, ...ExerciseGrade[]];
    }, 300_000);

    test("the reference solution scores full marks", () => {
      expect(solution).toMatchObject({ status: "passed", points: solution.max });
      expect(solution.cases.every((one) => one.points === one.max && one.message === undefined)).toBe(true);
    });

    test("the pristine skeleton can be run and scores 0", () => {
      expect(skeleton).toMatchObject({ status: "failed", points: 0, max: solution.max });
    });

    test("at least five mistakes are planted", () => {
      expect(planted.length).toBeGreaterThanOrEqual(5);
    });

    for (const [index, { bug, fails }] of planted.entries()) {
      const right = Object.keys(fails).length === 0;
      test(`who ${bug} ${right ? "scores full marks, too" : "fails for that reason and no other"}`, () => {
        const failed = wrong[index]!.cases.filter((one) => one.points < one.max);
        expect(failed.map((one) => [one.name, one.message])).toEqual(Object.entries(fails).map(([one, message]) => [one, expect.stringMatching(message)]));
        expect(failed.every((one) => one.points === 0)).toBe(true);
        expect(wrong[index]!.status).toBe(right ? "passed" : "failed");
      });
    }

    test("there are three hints, and the first one asks", () => {
      const hints = hintsOf(name);
      expect(hints).toHaveLength(3);
      expect(hints[0]).toContain("?");
    });

    test("the README says goal, background, limits of the design, minutes and points", () => {
      const text = readFileSync(inRepository("exercises", name, "README.md"), "utf8");
      for (const part of ["**Goal.**", "**Background.**", "**What this does not tolerate.**", "minutes", `${solution.max} points`]) expect(text).toContain(part);
    });
  });
}
