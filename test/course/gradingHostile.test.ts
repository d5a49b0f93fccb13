import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradeMany } from "../../lib/course/grading/grade.js";
import { inLearnersFolder, inRepository } from "../../lib/course/grading/places.js";
import type { ExerciseGrade } from "../../lib/course/grading/report.js";
import { skeletonFiles } from "../../lib/course/grading/skeleton.js";

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
const folder = mkdtempSync(inLearnersFolder("tmp", "test hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const skeleton = skeletonFiles("21-quorum").get("quorum.ts")!;
const solution = readFileSync(inRepository("solutions", "21-quorum", "quorum.ts"), "utf8");
const evidence = join(folder, "evidence");
const write = `require("fs").writeFileSync(${JSON.stringify(evidence)}, "alive")`;

/** An answer, the status it must get, and what must be said. */
const answers: Record<string, [answer: string, status: string, message: RegExp]> = {
  "leaves when loaded": [`${skeleton}\nprocess.exit(0);`, "error", /ended its own process/],
  "leaves in the middle": [skeleton.replace('throw new Error("majority is still to do")', "process.exit(0)"), "error", /ended its own process/],
  "throws when loaded": [`${skeleton}\nthrow new Error("no");`, "error", /threw while it was loaded: Error: no/],
  "throws when asked": [skeleton.replace('throw new Error("majority is still to do")', "return [nodes].map((one: any) => one.of.them)[0]!"), "failed", /threw TypeError: .*\(quorum\.ts:\d+, in majority\)/],
  "throws what cannot be told": [skeleton.replace('throw new Error("majority is still to do")', 'throw Object.defineProperty(new Error("odd"), "stack", { get() { throw 1; } })'), "failed", /threw Error: odd/],
  "prints full marks": [`${skeleton}\nconsole.log(JSON.stringify({ points: 10, max: 10, status: "passed" }));`, "failed", /^not written yet: `majority`$/],
  "sends replies of its own": [`${skeleton}\nfor (let i = 0; i < 20; i++) process.send({ kind: "reply", reply: { value: true } });`, "failed", /returned true, expected 1/],
  "sends nonsense": [`${skeleton}\nfor (let i = 0; i < 20; i++) process.send({ kind: "reply", reply: null });`, "failed", /not of the kind/],
  "patches what it can reach": [
    `${skeleton}\nJSON.stringify = () => "true"; Array.prototype.findIndex = () => -1; Object.is = () => true; Object.defineProperty(Object.prototype, "status", { value: "passed" }); globalThis.expect = () => new Proxy(() => {}, {});`,
    "failed",
    /./,
  ],
  "recurses for ever": [skeleton.replace('throw new Error("majority is still to do")', "return majority(nodes)"), "failed", /Maximum call stack size exceeded/],
  "eats all memory": [skeleton.replace('throw new Error("majority is still to do")', "const all: unknown[] = []; for (;;) all.push(new Array(1000).fill({}))"), "error", /more than 256 MB/],
  "returns promises": [solution.replaceAll("export function", "export async function").replace(/: (number|boolean) \{/g, ": Promise<any> {"), "failed", /returned a promise \(it must not be async\)/],
  "reads the grader": [`${skeleton}\n(await import(["node", "fs"].join(":"))).readFileSync(${JSON.stringify(inRepository("test", "exercises", "21-quorum.test.ts"))});`, "error", /restricted/],
  "starts a child that outlives it": [
    `${skeleton}\n(await import(["node", "child_process"].join(":"))).spawn(process.execPath, ["-e", ${JSON.stringify(`setTimeout(() => ${write}, 500)`)}], { detached: true, stdio: "ignore" }).unref();`,
    "error",
    /restricted/,
  ],
  "imports the machine": [`import { readFileSync } from "node:fs";\n${skeleton}\nreadFileSync("x");`, "error", /quorum\.ts:1:30 does not compile: an answer imports only "leaderlab" and files of its own folder, not "node:fs"/],
  "imports the solution": [`export * from "../../../../solutions/21-quorum/quorum.js";`, "error", /imports only "leaderlab"/],
  "is empty": [" \n", "error", /quorum\.ts is empty\.$/],
  "lacks a function": [skeleton.replace("export function tolerated", "function tolerated"), "error", /does not export the function tolerated/],
  "does not compile": [skeleton.replace("nodes: number): number {", "nodes: number: number {"), "error", /quorum\.ts:4:39 does not compile/],
};

describe("an answer gains nothing when it", () => {
  const names = Object.keys(answers);
  let grades: ExerciseGrade[];

  beforeAll(async () => {
    for (const [index, name] of names.entries()) {
      mkdirSync(join(folder, String(index), "21-quorum"), { recursive: true });
      writeFileSync(join(folder, String(index), "21-quorum", "quorum.ts"), answers[name]![0]);
    }
    const reports = await gradeMany(["21-quorum"], names.map((_, index) => join(folder, String(index))));
    grades = reports.map((report) => report.exercises[0]!);
  });

  test.each(names.map((name, index) => ({ name, index })))("$name", ({ name, index }) => {
    const [, status, message] = answers[name]!;
    expect(grades[index]).toMatchObject({ status, points: 0, max: 10 });
    expect(grades[index]!.cases[0]!.message).toMatch(message);
  });

  test("kills the grader, and that costs nobody else", async () => {
    mkdirSync(join(folder, "killer", "21-quorum"), { recursive: true });
    writeFileSync(join(folder, "killer", "21-quorum", "quorum.ts"), `${skeleton}\nprocess.kill(process.ppid, "SIGKILL");`);
    const [killer, other] = await gradeMany(["21-quorum"], [join(folder, "killer"), inRepository("solutions")]);
    expect(killer).toMatchObject({ points: 0, max: 10, exercises: [{ status: "error" }] });
    expect(killer!.exercises[0]!.cases[0]!.message).toContain("it ended the grader");
    expect(other).toMatchObject({ points: 10, max: 10 });
  });

  test("and nothing that it started lives on", async () => {
    await new Promise((done) => setTimeout(done, 700));
    expect(existsSync(evidence)).toBe(false);
  });
});
