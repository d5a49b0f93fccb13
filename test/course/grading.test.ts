import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exerciseNames } from "../../lib/course/grading/exerciseNames.js";
import { grade, gradeMany, replay } from "../../lib/course/grading/grade.js";
import { inRepository } from "../../lib/course/grading/places.js";
import { skeletonFiles } from "../../lib/course/grading/skeleton.js";
import { UsageError } from "../../lib/course/usageError.js";
import { plant } from "../exercises/planted.js";
import { planted as vote } from "../exercises/22-vote.planted.js";
import { answersFolder } from "./describeExercise.js";

const folder = answersFolder();

test("every exercise is described in a file of these tests, planted answers and all", () => {
  const tests = readdirSync(inRepository("test", "course")).filter((file) => /^grading[A-Z]\w*\.test\.ts$/.test(file));
  const described = tests.flatMap((file) => [...readFileSync(inRepository("test", "course", file), "utf8").matchAll(/^describeExercise\("([^"]+)"/gm)].map(([, name]) => name!));
  expect(described.sort()).toEqual(exerciseNames());
});

test("the skeletons compile, and keep the signatures of the solutions", () => {
  const copy = join(folder, "types");
  for (const name of exerciseNames()) {
    mkdirSync(join(copy, name), { recursive: true });
    for (const [path, text] of skeletonFiles(name)) writeFileSync(join(copy, name, path), text);
  }
  const config = { extends: inRepository("exercises", "tsconfig.json"), compilerOptions: { rootDir: inRepository(), paths: { leaderlab: [inRepository("lib", "index.ts")] } }, include: [`${copy}/**/*.ts`, inRepository("solutions", "**", "*.ts"), inRepository("lib", "**", "*.d.ts")] };
  writeFileSync(join(copy, "tsconfig.json"), JSON.stringify(config));
  const { stdout } = spawnSync(process.execPath, [inRepository("node_modules", "typescript", "bin", "tsc"), "-p", copy], { encoding: "utf8", cwd: inRepository() });
  expect(stdout).toBe("");
});

test("an answer that loops for ever scores 0 as timeout, and the others are scored", async () => {
  const answers = join(folder, "loop");
  plant(answers, "21-quorum", "quorum.ts", { bug: "loops", changes: [["return 2 * size > nodes;", "for (;;) nodes += 0;"]], fails: {} });
  plant(answers, "22-vote", "vote.ts", { bug: "none", changes: [], fails: {} });
  const [report] = await gradeMany(["21-quorum", "22-vote"], [answers], 5000);
  expect(report!.exercises[0]).toMatchObject({ name: "21-quorum", status: "timeout", points: 0, max: 10 });
  expect(report!.exercises[0]!.cases[0]!.message).toBe('Your answer did not come back within 5 s; it was at work on "two quorums always share a node". Look for a loop that never ends, or for work that doubles with each thing more.');
  expect(report!.exercises[1]).toMatchObject({ name: "22-vote", status: "passed", points: 25, max: 25 });
  expect(report).toMatchObject({ points: 25, max: 35 });
});

test("answers that are trusted share a process, and get what each of them would get alone", async () => {
  const change = (name: string, right: string, wrong: string) => plant(join(folder, name), "21-quorum", "quorum.ts", { bug: name, changes: [[right, wrong]], fails: {} });
  const answers = [
    change("leaves", "return 2 * size > nodes;", "if (nodes === 4) (globalThis as any).process.exit(0);\n  return 2 * size > nodes;"),
    change("throws", "return 2 * size > nodes;", 'throw new Error("too many");'),
    inRepository("solutions"),
  ];
  const trusted = await gradeMany(["21-quorum"], answers, undefined, true);
  expect(trusted).toEqual(await gradeMany(["21-quorum"], answers));
  expect(trusted.map(({ exercises }) => exercises[0]!.status)).toEqual(["error", "failed", "passed"]);
});

test("a failed run is replayed by the command that was printed", async () => {
  const answers = plant(join(folder, "forgetful"), "22-vote", "vote.ts", vote.find(({ bug }) => bug === "forgets to save")!);
  const report = await grade(["22-vote"], { answers });
  const failed = report.exercises[0]!.cases.find((one) => one.replay !== undefined)!;
  const [, name, seed] = /^npx leaderlab grade 22-vote --case "(.+)" --seed (\d+) --answers ".+forgetful"$/.exec(failed.replay!)!;
  const told = await replay("22-vote", { case: name!, seed: Number(seed), answers });
  expect(told).toContain("crashes");
  expect(told.endsWith(failed.message!)).toBe(true);
});

test("what cannot be replayed is refused", async () => {
  await expect(replay("22-vote", { case: "a first vote is given", seed: 1, answers: inRepository("solutions") })).rejects.toThrow(/no case "a first vote is given" that can be replayed/);
});

test("an unknown exercise is answered with the nearest right name", async () => {
  await expect(grade(["21-quorom"])).rejects.toThrow(new UsageError('There is no exercise "21-quorom". Did you mean 21-quorum?'));
  await expect(grade(["vote"])).rejects.toThrow("Did you mean 22-vote?");
  await expect(grade(["21-quorum"], { answers: "nowhere" })).rejects.toThrow(/There is no folder nowhere/);
});
