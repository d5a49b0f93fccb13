import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { root } from "../../lib/course/start/paths.js";
// @ts-expect-error a script that runs before anything is built, in plain JavaScript
import { isInstalled, nodeIsSupported } from "../../lib/course/setup/ensure.mjs";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A clone with the real set-up scripts and a library of one file; with the dependencies of this repository, or none. */
function smallClone({ installed }: { installed: boolean }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "leaderlab set-up ")));
  folders.push(folder);
  cpSync(join(root, "lib", "course", "setup"), join(folder, "lib", "course", "setup"), { recursive: true });
  for (const file of ["package.json", "package-lock.json", "tsconfig.json"]) cpSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, "lib", "one.ts"), "export const one: number = 1;\n");
  // Without this the clone would install into the shared folder, and empty it first.
  if (installed && !isInstalled()) throw new Error("node_modules is not as in package-lock.json: run npm test, which installs it");
  if (installed) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

function run(folder: string, script: string, ...args: string[]): { status: number | null; text: string } {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) if (name.startsWith("npm_config_")) delete environment[name];
  const result = spawnSync(process.execPath, [join(folder, "lib", "course", "setup", script), ...args], { encoding: "utf8", env: environment });
  return { status: result.status, text: result.stdout + result.stderr };
}

describe("building", () => {
  test("builds what changed, and nothing else", () => {
    const folder = smallClone({ installed: true });
    expect(run(folder, "build.mjs")).toMatchObject({ status: 0, text: "Building …\n" });
    expect(readFileSync(join(folder, "dist", "one.js"), "utf8")).toContain("one = 1");
    expect(run(folder, "build.mjs"), "a second run").toMatchObject({ status: 0, text: "" });
    writeFileSync(join(folder, "lib", "one.ts"), "export const one: number = 2;\n");
    expect(run(folder, "build.mjs"), "after an edit").toMatchObject({ status: 0, text: "Building …\n" });
    expect(readFileSync(join(folder, "dist", "one.js"), "utf8")).toContain("one = 2");
  });

  test("removes what an earlier build left of a file that is gone", () => {
    const folder = smallClone({ installed: true });
    mkdirSync(join(folder, "lib", "sub"));
    writeFileSync(join(folder, "lib", "sub", "two.ts"), "export const two = 2;\n");
    run(folder, "build.mjs");
    expect(existsSync(join(folder, "dist", "sub", "two.js"))).toBe(true);
    rmSync(join(folder, "lib", "sub"), { recursive: true });
    run(folder, "build.mjs");
    expect(existsSync(join(folder, "dist", "sub", "two.js"))).toBe(false);
    expect(existsSync(join(folder, "dist", "one.js"))).toBe(true);
  });

  test("a failed build names the line, is not taken for a build, and is tried again", () => {
    const folder = smallClone({ installed: true });
    run(folder, "build.mjs");
    writeFileSync(join(folder, "lib", "one.ts"), 'export const one: number = "1";\n');
    for (const attempt of ["first", "second"]) {
      const failed = run(folder, "build.mjs");
      expect(failed.status, attempt).toBe(1);
      expect(failed.text, attempt).toMatch(/the build failed[^]*lib\/one\.ts[^]*git checkout/);
    }
    writeFileSync(join(folder, "lib", "one.ts"), "export const one: number = 1;\n");
    expect(run(folder, "build.mjs")).toMatchObject({ status: 0, text: "Building …\n" });
  });

  test("a set-up that was killed does not block the next one", () => {
    const folder = smallClone({ installed: true });
    mkdirSync(join(folder, ".leaderlab"));
    writeFileSync(join(folder, ".leaderlab", "setup.lock"), String(spawnSync(process.execPath, ["-e", ""]).pid));
    expect(run(folder, "build.mjs").status).toBe(0);
  });
});

describe("before anything is installed", () => {
  test("npx leaderlab says what to run first", () => {
    const answer = run(smallClone({ installed: false }), "leaderlab.mjs", "doctor");
    expect(answer.status).toBe(1);
    expect(answer.text).toContain("run `npm start` or `npm test` first");
  });

  test("npm start explains its options without installing anything", () => {
    const folder = smallClone({ installed: false });
    expect(run(folder, "start.mjs", "--help")).toMatchObject({ status: 0, text: expect.stringContaining("--no-browser") as string });
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
  });

  test.each([
    [["8890"], "npm start -- --port 8890"],
    [["please"], "npm start -- OPTIONS"],
    [["--port", "many"], 'not "many"'],
    [["--port=70000"], "from 1 to 65535"],
    [["--prot", "8890"], "there is no option --prot"],
  ])("npm start answers %j in one sentence, and exits with 2", (args, sentence) => {
    const answer = run(smallClone({ installed: false }), "start.mjs", ...args);
    expect(answer.status).toBe(2);
    expect(answer.text).toContain(sentence);
    expect(answer.text.trim().split("\n")).toHaveLength(1);
  });

  test("a node_modules of another lock file is not taken for ours, one that npm filled from ours is", () => {
    const folder = smallClone({ installed: false });
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as { packages: Record<string, { version?: string }> };
    mkdirSync(join(folder, "node_modules"));
    const { "": _ours, ...packages } = lock.packages;
    const record = join(folder, "node_modules", ".package-lock.json");
    writeFileSync(record, JSON.stringify({ packages: { ...packages, "node_modules/tslab": { version: "0.0.1" } } }));
    expect(run(folder, "leaderlab.mjs").text).toContain("not installed");
    writeFileSync(record, JSON.stringify({ packages }));
    expect(run(folder, "leaderlab.mjs").text).not.toContain("not installed");
  });
});

test("the course runs on the Nodes that package.json names", () => {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { engines: { node: string } };
  expect(engines.node).toBe("^20.19 || >=22.12");
  expect(["20.19.0", "20.20.2", "22.12.0", "24.0.0", "26.1.0"].map((version) => nodeIsSupported(version) as boolean)).toEqual(Array(5).fill(true));
  expect(["18.20.0", "20.18.3", "21.7.0", "22.11.0"].map((version) => nodeIsSupported(version) as boolean)).toEqual(Array(4).fill(false));
});
