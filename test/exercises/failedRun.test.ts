import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Picture } from "../../lib/course/picture.js";
import { renderPicture } from "../../lib/course/picture.js";
import { gradeFolders, type GradedFolder } from "../../lib/course/grading/grade.js";
import { showFailedRun } from "../../lib/course/grading/failedRun.js";
import { inLearnersFolder, inRepository } from "../../lib/course/grading/places.js";
import { skeletonFiles } from "../../lib/course/grading/skeleton.js";
import { plant } from "./planted.js";
import { planted } from "./22-vote.planted.js";

const shown: Picture[] = [];
vi.mock("../../lib/course/show.js", () => ({ show: (draw: (document: Document) => SVGElement, caption: string) => shown.push(renderPicture(draw, caption)) }));

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
const folder = mkdtempSync(inLearnersFolder("tmp", "test failed run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let skeleton: GradedFolder;
let solution: GradedFolder;
let begun: GradedFolder;
let noRun: GradedFolder;
let forgetful: GradedFolder;

beforeAll(async () => {
  const write = (name: string, text: string): string => {
    mkdirSync(join(folder, name, "22-vote"), { recursive: true });
    writeFileSync(join(folder, name, "22-vote", "vote.ts"), text);
    return join(folder, name);
  };
  const bug = (name: string) => plant(join(folder, name), "22-vote", "vote.ts", planted.find((one) => one.bug === name)!);
  const empty = skeletonFiles("22-vote").get("vote.ts")!;
  const silent = plant(join(folder, "silent"), "22-vote", "vote.ts", { bug: "never answers", changes: [["  context.send(from,", "  if (false) context.send(from,"]], fails: {} });
  const paths = [write("skeleton", empty), inRepository("solutions"), silent, bug("answers with the candidate's term"), bug("forgets to save")];
  [skeleton, solution, begun, noRun, forgetful] = (await gradeFolders(["22-vote"], paths.map((path) => ({ path, shown: "exercises" })), undefined, true)) as [GradedFolder, GradedFolder, GradedFolder, GradedFolder, GradedFolder];
});

test("what is not written yet is said to be so, and nothing is drawn", () => {
  const [exercise] = skeleton.report.exercises;
  expect(new Set(exercise!.cases.map(({ message, replay }) => message + String(replay)))).toEqual(new Set(["not written yet: `onRequestVote` sends no reply" + "undefined"]));
  expect(skeleton.failedRun).toBeUndefined();
});

test("a handler that does all but answer hears that, and keeps what it earns without an answer", () => {
  const wrong = begun.report.exercises[0]!.cases.filter(({ points, max }) => points < max);
  expect(new Set(wrong.map(({ message }) => message))).toEqual(new Set(["not written yet: `onRequestVote` sends no reply"]));
  expect(begun.report.points).toBe(1);
  expect(begun.failedRun).toBeUndefined();
});

test("answers that pass all runs have none to draw", () => {
  expect(solution.failedRun).toBeUndefined();
  expect(noRun.failedRun).toBeUndefined();
});

test("a failed run is drawn with its case, its seed and the sentence of the score card, in less than 100 KB", () => {
  const run = forgetful.failedRun!;
  const failed = forgetful.report.exercises[0]!.cases.find(({ name }) => name === run.case)!;
  expect(failed.message).toBe(run.message);
  expect(failed.replay).toContain(`--seed ${run.seed}`);
  showFailedRun(run);
  const { svg, png, caption } = shown[0]!;
  expect(caption).toBe(`“${run.case}”, seed ${run.seed}. ${run.message}`);
  expect(svg).toContain("having");
  expect(svg).toContain(">yes</text>");
  expect(svg.length + (4 / 3) * png.length).toBeLessThan(100_000);
  expect(run.to - run.from).toBeGreaterThanOrEqual(60);
});

test("a report stays as it was agreed: without the run", () => {
  for (const one of forgetful.report.exercises[0]!.cases) expect(Object.keys(one).filter((key) => !["name", "points", "max", "message", "replay"].includes(key))).toEqual([]);
});
