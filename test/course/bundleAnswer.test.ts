import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { bundleAnswer } from "../../lib/course/grading/bundleAnswer.js";
import { inLearnersFolder } from "../../lib/course/grading/places.js";

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
const root = mkdtempSync(inLearnersFolder("tmp", "test bundle-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Compiles an answer; returns what is wrong with it, the size of what came out, and its exports. */
async function compiled(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(root, "answer-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const out = join(folder, "out.mjs");
  const wrong = await bundleAnswer(join(folder, "answer.ts"), "answer.ts", out);
  if (!existsSync(out)) return { wrong, size: 0, answer: {} as Record<string, unknown> };
  return { wrong, size: readFileSync(out).length, answer: (await import(pathToFileURL(out).href)) as Record<string, unknown> };
}

test("an answer is given what it names of the course, and little else", async () => {
  const { wrong, size, answer } = await compiled({ "answer.ts": 'import { type Context, majority as most, type Raft } from "leaderlab";\nexport const five = (_: Context<Raft>) => most(5);\n' });
  expect(wrong).toBeUndefined();
  expect((answer["five"] as () => number)()).toBe(3);
  expect(size).toBeLessThan(5000);
});

test("types need not be called types, and a neighbour may name something else", async () => {
  const { wrong, answer } = await compiled({
    "answer.ts": 'import { Context, isQuorum, NodeId } from "leaderlab";\nimport { three } from "./neighbour.js";\nexport const whole = (_: Context<any>, node: NodeId) => isQuorum({ voters: [0, 1, 2] }, [node, 1]) && three === 2;\n',
    "neighbour.ts": "import {\n  majority,\n} from 'leaderlab';\nexport const three = majority(3);\n",
  });
  expect(wrong).toBeUndefined();
  expect((answer["whole"] as (context: unknown, node: number) => boolean)(undefined, 0)).toBe(true);
});

test("the whole course can be had, too", async () => {
  const { wrong, answer } = await compiled({ "answer.ts": 'import * as course from "leaderlab";\nexport const names = Object.keys(course);\n' });
  expect(wrong).toBeUndefined();
  expect(answer["names"]).toEqual(expect.arrayContaining(["raft", "simulate", "checkLinearizable"]));
});

test("what the course does not have is named, with the line", async () => {
  const { wrong } = await compiled({ "answer.ts": '\nimport { majorty } from "leaderlab";\nexport const five = () => majorty(5);\n' });
  expect(wrong).toMatch(/^answer\.ts:2:\d+ does not compile: .*majorty/);
});
