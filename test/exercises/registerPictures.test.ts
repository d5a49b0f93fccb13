import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { afterAll, expect, test, vi } from "vitest";
import type { Picture } from "../../lib/course/picture.js";
import { renderPicture } from "../../lib/course/picture.js";
import { showFailedHistory } from "../../lib/course/grading/failedHistory.js";
import { gradeFolders } from "../../lib/course/grading/grade.js";
import { inLearnersFolder, inRepository } from "../../lib/course/grading/places.js";
import { bruteForce } from "../check/bruteForce.js";
import { planted } from "./J2-register.planted.js";
import { plant } from "./planted.js";
import { bars, byHand, history, judge, randomHistories } from "./J2-register.histories.js";

const shown: Picture[] = [];
vi.mock("../../lib/course/show.js", () => ({ show: (draw: (document: Document) => SVGElement, caption: string) => shown.push(renderPicture(draw, caption)) }));

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
const folder = mkdtempSync(inLearnersFolder("tmp", "test register-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the smallest history that was judged wrongly is drawn, with the sentence of the score card", async () => {
  const wrong = plant(folder, "J2-register", "linearizable.ts", planted.find(({ bug }) => bug === "lets any order do")!);
  const [right, graded] = await gradeFolders(["J2-register"], [inRepository("solutions"), wrong].map((path) => ({ path, shown: "exercises" })));
  expect(right!.failedHistory).toBeUndefined();
  const failed = graded!.failedHistory!;
  expect(failed.operations).toHaveLength(2);
  expect(graded!.report.exercises[0]!.cases.find(({ name }) => name === failed.case)!.message).toBe(failed.message);
  expect(JSON.stringify(graded!.report)).not.toContain('"operations":');
  showFailedHistory(failed);
  expect(shown[0]!.svg).toContain("no order remains");
  expect(shown[0]!.caption).toContain(failed.message);
});

test("the README of J2-register shows the histories that are graded", () => {
  const text = readFileSync(inRepository("exercises", "J2-register", "README.md"), "utf8").replaceAll("\r\n", "\n");
  for (const [letter, { operations }] of Object.entries(byHand)) expect(text).toContain(`**${letter}**\n\n\`\`\`text\n${bars(operations)}\n\`\`\`\n`);
});

test("who judges all six alike is right about half of them", () => {
  expect(Object.values(byHand).map(({ operations }) => judge(operations).verdict === "linearizable")).toEqual([true, false, false, true, true, false]);
});

test("half of the random histories are linearizable, and brute force agrees about each", () => {
  const histories = randomHistories(300);
  const verdicts = histories.map((one) => judge(one).verdict === "linearizable");
  expect(verdicts).toEqual(histories.map((one) => bruteForce("register", one)));
  expect(verdicts.filter(Boolean)).toHaveLength(150);
  expect(Math.max(...histories.map((one) => one.length))).toBe(8);
  expect(histories.filter((one) => one.some(({ returned }) => returned === Infinity)).length).toBeGreaterThan(30);
});

test("bars show who overlaps whom", () => {
  expect(bars(history("0 w1 0-3, 1 r- 1-2, 1 r? 4-")).split("\n")).toEqual([
    "process 0  |----- write 1 -----|",
    "process 1     |- read null -|     |-- read ? ---- ...",
  ]);
});
