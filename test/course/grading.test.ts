import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grade, gradeMany, replay } from "../../lib/course/grading/grade.js";
import { hintsOf } from "../../lib/course/grading/hint.js";
import { inLearnersFolder, inRepository } from "../../lib/course/grading/places.js";
import type { ExerciseGrade } from "../../lib/course/grading/report.js";
import { skeletonFiles } from "../../lib/course/grading/skeleton.js";
import { UsageError } from "../../lib/course/usageError.js";
import { plant, type Planted } from "../exercises/planted.js";
import { planted as quorum } from "../exercises/21-quorum.planted.js";
import { planted as vote } from "../exercises/22-vote.planted.js";
import { planted as timeout } from "../exercises/23-timeout.planted.js";
import { planted as appendEntries } from "../exercises/24-append-entries.planted.js";
import { planted as commit } from "../exercises/25-commit.planted.js";
import { planted as acceptor } from "../exercises/26-paxos-acceptor.planted.js";
import { planted as proposer } from "../exercises/27-paxos-proposer.planted.js";
import { planted as sync } from "../exercises/28-zab-sync.planted.js";
import { planted as preVote } from "../exercises/29-pre-vote.planted.js";
import { planted as invariant } from "../exercises/J1-invariant.planted.js";
import { planted as judges } from "../exercises/J2-register.planted.js";

const exercises: { name: string; file: string; planted: readonly Planted[] }[] = [
  { name: "21-quorum", file: "quorum.ts", planted: quorum },
  { name: "22-vote", file: "vote.ts", planted: vote },
  { name: "23-timeout", file: "timeout.ts", planted: timeout },
  { name: "24-append-entries", file: "follower.ts", planted: appendEntries },
  { name: "25-commit", file: "commit.ts", planted: commit },
  { name: "26-paxos-acceptor", file: "acceptor.ts", planted: acceptor },
  { name: "27-paxos-proposer", file: "proposer.ts", planted: proposer },
  { name: "28-zab-sync", file: "sync.ts", planted: sync },
  { name: "29-pre-vote", file: "preVote.ts", planted: preVote },
  { name: "J1-invariant", file: "invariant.ts", planted: invariant },
  { name: "J2-register", file: "linearizable.ts", planted: judges },
];

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
// A space in the path, as on many a learner's machine.
const folder = mkdtempSync(inLearnersFolder("tmp", "test grading-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(exercises)("$name", ({ name, file, planted }) => {
  let solution: ExerciseGrade;
  let skeleton: ExerciseGrade;
  let wrong: ExerciseGrade[];

  beforeAll(async () => {
    const pristine = join(folder, `${name} skeleton`);
    mkdirSync(join(pristine, name), { recursive: true });
    for (const [path, text] of skeletonFiles(name)) writeFileSync(join(pristine, name, path), text);
    const answers = planted.map((one, index) => plant(join(folder, `${name} planted ${index}`), name, file, one));
    const reports = await gradeMany([name], [inRepository("solutions"), pristine, ...answers]);
    [solution, skeleton, ...wrong] = reports.map((report) => report.exercises[0]!) as [ExerciseGrade, ExerciseGrade, ...ExerciseGrade[]];
  });

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

test("the skeletons compile, and keep the signatures of the solutions", () => {
  const copy = join(folder, "types");
  for (const { name } of exercises) {
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
  expect(report!.exercises[0]!.cases[0]!.message).toBe('Your answer did not come back within 5 s; it was at work on "two quorums always share a node". Look for a loop that never ends.');
  expect(report!.exercises[1]).toMatchObject({ name: "22-vote", status: "passed", points: 25, max: 25 });
  expect(report).toMatchObject({ points: 25, max: 35 });
});

test("a failed run is replayed by the command that was printed", async () => {
  const index = vote.findIndex(({ bug }) => bug === "forgets to save");
  const answers = join(folder, `22-vote planted ${index}`);
  const report = await grade(["22-vote"], { answers });
  const failed = report.exercises[0]!.cases.find((one) => one.replay !== undefined)!;
  const [, name, seed] = /^npx leaderlab grade 22-vote --case "(.+)" --seed (\d+) --answers ".+ planted \d+"$/.exec(failed.replay!)!;
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
