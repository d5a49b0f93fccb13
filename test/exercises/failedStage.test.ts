import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Picture } from "../../lib/course/picture.js";
import { renderPicture } from "../../lib/course/picture.js";
import { gradeFolders, type GradedFolder, replay } from "../../lib/course/grading/grade.js";
import { showFailedRun } from "../../lib/course/grading/failedRun.js";
import { inLearnersFolder } from "../../lib/course/grading/places.js";
import { changed, changeOf } from "./change.js";
import { plant, type Planted } from "./planted.js";
import { planted as timeouts } from "./23-timeout.planted.js";
import { planted as followers } from "./24-append-entries.planted.js";
import { planted as leaders } from "./25-commit.planted.js";

const shown: Picture[] = [];
vi.mock("../../lib/course/show.js", () => ({ show: (draw: (document: Document) => SVGElement, caption: string) => shown.push(renderPicture(draw, caption)) }));

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
const folder = mkdtempSync(inLearnersFolder("tmp", "test failed stage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Exercises with runs of whole clusters, a mistake in each, and what its picture must have. */
const mistakes: readonly { readonly exercise: string; readonly file: string; readonly planted: readonly Planted[]; readonly bug: string; readonly labels: readonly string[] }[] = [
  { exercise: "23-timeout", file: "timeout.ts", planted: timeouts, bug: "reckons with one follower", labels: ["vote in 2?", "yes", "no"] },
  { exercise: "24-append-entries", file: "follower.ts", planted: followers, bug: "cuts its log at every message with entries", labels: ["0/0 + 1", "up to 2"] },
  { exercise: "25-commit", file: "commit.ts", planted: leaders, bug: "counts replicas of entries of older terms", labels: ["1/1 + 2", "vote in 5?"] },
];

/** In one run of the graders: each folder has an answer to one of the exercises. */
let graded: GradedFolder[];
const paths = mistakes.map(({ exercise, file, planted, bug }) => plant(join(folder, exercise), exercise, file, planted.find((one) => one.bug === bug)!));
beforeAll(async () => {
  graded = await gradeFolders(mistakes.map(({ exercise }) => exercise), paths.map((path) => ({ path, shown: path })), undefined, true);
});

describe.each(mistakes.map((mistake, index) => ({ ...mistake, index })))("who $bug", ({ exercise, labels, index }) => {
  test("sees the shortest run that shows it, in less than 100 KB, and the command that replays it", async () => {
    const path = paths[index]!;
    const { report, failedRun } = graded[index]!;
    const run = failedRun!;
    const failed = report.exercises.find(({ name }) => name === exercise)!.cases.find(({ name }) => name === run.case)!;
    expect(failed.message).toBe(run.message);
    expect(failed.replay).toContain(`--case "${run.case}" --seed ${run.seed} `);
    showFailedRun(run);
    const { svg, png, caption } = shown.at(-1)!;
    expect(caption).toBe(`“${run.case}”, seed ${run.seed}. ${run.message}`);
    for (const label of labels) expect(svg).toContain(`>${label}</text>`);
    expect(svg.length + (4 / 3) * png.length).toBeLessThan(100_000);
    const told = await replay(exercise, { case: run.case, seed: run.seed, answers: path });
    expect(told).toContain("is now leader");
    // The sentence that ends the replay is the score card's, or the end of it that is about this run.
    expect(run.message).toContain(told.slice(told.lastIndexOf("\n") + 1).split(". ").at(-1)!);
  });
});

test("what a call changed is told by what is new, and gives the same again", () => {
  const before = { term: 3, log: [{ term: 1 }, { term: 2 }, { term: 2 }], leader: null };
  for (const after of [before, { ...before, term: 4 }, { ...before, log: [{ term: 1 }, { term: 3 }] }, { ...before, log: [] }, { ...before, log: 7 }, { ...before, leader: 0, log: [...before.log, { term: 3 }] }]) {
    const change = changeOf(before, after);
    expect(changed(before, JSON.parse(JSON.stringify(change)) as typeof change)).toEqual(after);
  }
  expect(changeOf(before, { ...before, log: [...before.log, { term: 3 }] })).toEqual({ log: { kept: 3, added: [{ term: 3 }] } });
  expect(changeOf(before, structuredClone(before))).toEqual({});
});
