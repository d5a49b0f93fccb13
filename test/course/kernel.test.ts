import { execFileSync, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kernelSpec } from "../../lib/course/kernel/kernelSpec.js";
import type { NotebookOutput } from "../../lib/course/kernel/notebookOutput.js";
import { startKernel, type Kernel } from "../../lib/course/kernel/startKernel.js";
import { temporaryRepository } from "./fixtures/temporaryRepository.js";

// A real kernel in a copy of the built repository; cells run in it one after another, so names must not collide.
let repository: ReturnType<typeof temporaryRepository>;
let kernel: Kernel;

beforeAll(async () => {
  repository = temporaryRepository({ "exercises/90-sample/answer.ts": `import { twice } from "./helper.js";\nexport const answer = (): number => twice(20);\n`, "exercises/90-sample/helper.ts": `export const twice = (n: number): number => n * 2;\n` });
  kernel = await startKernel({ root: repository.root });
});

afterAll(async () => {
  await kernel?.shutdown();
  repository?.remove();
});

/** Runs a cell that must succeed, and gives what it printed. */
async function printed(code: string): Promise<string> {
  const { status, outputs } = await kernel.execute(code);
  expect(outputs.filter(isFailure)).toEqual([]);
  expect(status).toBe("ok");
  return outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
}

/** Runs a cell that must fail, and gives what it said. */
async function failure(code: string): Promise<string> {
  const { status, outputs } = await kernel.execute(code);
  expect(status).toBe("error");
  return outputs.map((output) => (output.output_type === "error" ? output.traceback.join("\n") : "")).join("");
}

const isFailure = (output: NotebookOutput) => output.output_type === "error" || (output.output_type === "stream" && output.name === "stderr");

describe("imports", () => {
  test("an exercise is imported as TypeScript, from the repository's root", async () => {
    expect(await printed(`import { answer } from "./exercises/90-sample/answer";\nanswer()`)).toBe("40\n");
  });

  test("an edited exercise is read again when its import cell runs again, whichever of its files changed", async () => {
    const cell = `import { answer } from "./exercises/90-sample/answer";\nanswer()`;
    repository.write("exercises/90-sample/answer.ts", `import { twice } from "./helper.js";\nexport const answer = (): number => twice(21);\n`);
    expect(await printed(cell)).toBe("42\n");
    repository.write("exercises/90-sample/helper.ts", `export const twice = (n: number): number => n * 3;\n`);
    expect(await printed(cell)).toBe("63\n");
  });

  test("a mistake in an exercise's types is reported with its file, also when the message has several lines", async () => {
    repository.write("exercises/90-sample/wrong.ts", `interface A { a: { b: number } }\nexport const wrong: A = JSON.parse("{}") as { a: { b: string } };\n`);
    const said = await failure(`import { wrong } from "./exercises/90-sample/wrong";`);
    expect(said).toMatch(/exercises[\\/]90-sample[\\/]wrong\.ts 2:14 - Type .* is not assignable/);
    expect(said).toContain("Type 'string' is not assignable to type 'number'");
  });

  test("a file that was missing at the first import is found when it is there", async () => {
    const cell = `import { late } from "./exercises/90-sample/late";\nlate`;
    expect(await failure(cell)).toContain("Cannot find module './exercises/90-sample/late'");
    repository.write("exercises/90-sample/late.ts", `export const late = "here now";\n`);
    expect(await printed(cell)).toBe("here now\n");
  });

  test("the package's own names import with their types", async () => {
    repository.write("dist/index.js", `export const quorum = (n) => Math.floor(n / 2) + 1;\n`);
    repository.write("dist/index.d.ts", `export declare const quorum: (n: number) => number;\n`);
    repository.write("dist/course/notebook.js", `export const grade = async () => "graded";\n`);
    repository.write("dist/course/notebook.d.ts", `export declare const grade: () => Promise<string>;\n`);
    expect(await printed(`import { quorum } from "leaderlab";\nimport { grade } from "leaderlab/notebook";\nconsole.log(quorum(5), await grade());`)).toBe("3 graded\n");
    repository.write("exercises/91-uses/uses.ts", `import { quorum } from "leaderlab";\nexport const majority: number = quorum(9);\n`);
    expect(await printed(`import { majority } from "./exercises/91-uses/uses";\nmajority`)).toBe("5\n");
    expect(await failure(`quorum("five")`)).toContain("Argument of type 'string' is not assignable to parameter of type 'number'");
  });
});

describe("names from earlier cells", () => {
  test("stand in shorthand properties", async () => {
    await printed(`const leader = 1, term = 2; let follower = 3;`);
    expect(await printed(`const wrap = (value: object) => ({ value, term }); ({ leader, inner: [{ term }], ...wrap({ follower }) })`)).toBe("{ leader: 1, inner: [ { term: 2 } ], value: { follower: 3 }, term: 2 }\n");
  });

  test("can be taken apart under new names", async () => {
    await printed(`const row = { low: 1, high: { top: 9 } };\nconst rows = [{ low: 4 }];`);
    expect(await printed(`const { low: bottom, high: { top: peak = 0 } } = row; [bottom, peak, ...rows.map(({ low: x }) => x)]`)).toBe("[ 1, 9, 4 ]\n");
  });

  test("can be assigned to by taking apart", async () => {
    await printed(`let low = 0, other = 0;\nconst source: { low?: number; high: number } = { high: 7 };`);
    expect(await printed(`({ low = 5, high: other } = source); [low, other]`)).toBe("[ 5, 7 ]\n");
  });
});

describe("awaiting at the top level", () => {
  test("a lone `for await` runs", async () => {
    expect(await printed(`for await (const node of [Promise.resolve("a"), "b"]) console.log(node);`)).toBe("a\nb\n");
  });

  test("a `for await` in a plain function is still a mistake", async () => {
    expect(await failure(`function wait() { for await (const x of [1]) console.log(x); }`)).toContain("'for await' loops are only allowed within async functions");
  });
});

describe("a cell that fails", () => {
  test("does not take down a cell sent as soon as its failure is known", async () => {
    expect(await failure(`throw new RangeError("no quorum");`)).toContain("RangeError: no quorum");
    expect(await printed(`"still here"`)).toBe("still here\n");
  });

  test("takes down the cells that were sent with it, and they say so", async () => {
    const results = await Promise.all([kernel.execute(`console.log("one")`), kernel.execute(`throw new Error("two")`), kernel.execute(`console.log("three")`)]);
    expect(results.map(({ status }) => status)).toEqual(["ok", "error", "aborted"]);
    expect(results[2]?.outputs).toEqual([]);
  });

  test("shows its own line and no folder of this machine", async () => {
    const said = await failure(`const nodes = 5;\nfunction elect(): void { throw new TypeError("nobody") }\nelect();`);
    expect(said).toContain("TypeError: nobody");
    expect(said).toContain("at elect");
    expect(said).not.toMatch(/node_modules|evalmachine|node:/);
    expect(said).not.toContain(repository.root);
  });
});

describe("types in cells", () => {
  test("are strict", async () => {
    expect(await failure(`const echo = (x) => x;`)).toContain("1:15 - Parameter 'x' implicitly has an 'any' type.");
    expect(await failure(`const none: string = undefined;`)).toContain("Type 'undefined' is not assignable to type 'string'");
  });

  test("know this year's arrays and the browser's documents", async () => {
    expect(await printed(`const sorted = [3, 1, 2].toSorted();\nconst draw = (document: Document): SVGElement => document.createElementNS("http://www.w3.org/2000/svg", "g");\nsorted`)).toBe("[ 1, 2, 3 ]\n");
  });
});

describe("what the notebook sees", () => {
  test("a throw in a timer and a forgotten rejection are written to stderr", async () => {
    const { outputs } = await kernel.execute(`setTimeout(() => { throw new Error("too late"); }, 1);\nvoid Promise.reject(new Error("forgotten"));\nawait new Promise((resolve) => setTimeout(resolve, 100));`);
    const text = outputs.map((output) => (output.output_type === "stream" && output.name === "stderr" ? output.text : "")).join("");
    expect(text).toContain("Uncaught exception: Error: too late");
    expect(text).toContain("Unhandled promise rejection: Error: forgotten");
  });

  test("a display is replaced in place", async () => {
    const { outputs } = await kernel.execute(`import { newDisplay } from "tslab";\nconst bar = newDisplay();\nbar.text("half"); console.log("between"); bar.text("done");`);
    expect(outputs).toEqual([
      { output_type: "display_data", data: { "text/plain": "done" }, metadata: {} },
      { output_type: "stream", name: "stdout", text: "between\n" },
    ]);
  });

  test("thousands of lines arrive whole, in order, and in few messages", async () => {
    const text = await printed(`for (let i = 0; i < 20_000; i++) console.log(i);`);
    expect(text).toBe(Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(""));
  });

  test("colours meant for a terminal do not come", async () => {
    expect(await printed(`console.log({ term: 1 }, process.env["NO_COLOR"])`)).toBe("{ term: 1 } 1\n");
  });
});

describe("the protocol", () => {
  test("each cell is announced with its number", async () => {
    const before = await kernel.execute(`0`);
    const result = await kernel.execute(`1`);
    expect(result.executionCount).toBe((before.executionCount ?? 0) + 1);
    expect(result.announced).toEqual({ code: "1", execution_count: result.executionCount });
  });

  test("the kernel names itself and its language", () => {
    expect(kernel.info).toMatchObject({ status: "ok", implementation: "leaderlab", language_info: { name: "typescript", version: "5.0.4", file_extension: ".ts" } });
  });

  test("it tells JupyterLab that there are no comms, under the right name", async () => {
    expect(await kernel.request("comm_info_request", {})).toEqual({ status: "ok", comms: {} });
  });

  test("names are completed from earlier cells", async () => {
    await printed(`const electionTimeout = 150;`);
    expect((await kernel.request("complete_request", { code: "electionT", cursor_pos: 9 }))["matches"]).toContain("electionTimeout");
  });

  test("its kernel.json starts it with absolute paths, and asks for signals", () => {
    const spec = kernelSpec(process.execPath, repository.root);
    expect(spec).toMatchObject({ display_name: "leaderlab (TypeScript)", language: "typescript", interrupt_mode: "signal" });
    expect(spec.argv.at(-1)).toBe("{connection_file}");
  });
});

describe.skipIf(process.platform === "win32")("stopping", () => {
  test("an endless loop is interrupted, and the kernel goes on", async () => {
    const loop = kernel.execute(`for (;;);`);
    await sleep(500);
    kernel.interrupt();
    const { status, outputs } = await loop;
    expect(status).toBe("error");
    expect(outputs).toMatchObject([{ ename: "Interrupted" }]);
    expect(await printed(`"going on"`)).toBe("going on\n");
  });

  test("a cell that waits for ever is interrupted", async () => {
    const wait = kernel.execute(`await new Promise(() => {});`);
    await sleep(300);
    kernel.interrupt();
    expect(await wait).toMatchObject({ status: "error", outputs: [{ ename: "Interrupted" }] });
  });

  test("a kernel with an interval still running shuts down", async () => {
    const other = await startKernel({ root: repository.root });
    await other.execute(`setInterval(() => {}, 10);`);
    const start = performance.now();
    await other.shutdown();
    expect(performance.now() - start).toBeLessThan(1_900);
    expect(isAlive(other.pid)).toBe(false);
  });

  test("a kernel does not outlive a parent that is killed, even in an endless loop", async () => {
    const script = `import { startKernel } from ${JSON.stringify(new URL("../../dist/course/kernel/startKernel.js", import.meta.url).href)};
      const kernel = await startKernel();
      kernel.execute("for (;;);").catch(() => {});
      setTimeout(() => console.log(kernel.pid), 300);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()))));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    for (let i = 0; i < 50 && isAlive(pid); i++) await sleep(100);
    expect(isAlive(pid)).toBe(false);
  });
});

test("with another version of tslab the kernel does not start, and says what to do", async () => {
  const other = temporaryRepository({ "dist/node_modules/tslab/package.json": `{"name":"tslab","version":"1.0.23"}` });
  await expect(startKernel({ root: other.root })).rejects.toThrow("tslab 1.0.23 is installed, but the course mends 1.0.22 and would break another. Run `npm ci`");
  other.remove();
});

test("the declarations of dist/ are understood by tslab's own TypeScript", () => {
  // In cells, what an older TypeScript does not understand becomes `any` without a word.
  const script = new URL("fixtures/checkDeclarations.mjs", import.meta.url);
  expect(execFileSync(process.execPath, [fileURLToPath(script)], { encoding: "utf8" })).toBe("");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
