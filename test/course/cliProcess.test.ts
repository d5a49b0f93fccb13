import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readParameters, toKebab } from "../../lib/experiments/parameters.js";
import { experiments } from "../../lib/experiments/registry.js";

const command = fileURLToPath(new URL("../../lib/course/setup/leaderlab.mjs", import.meta.url));
const name = experiments[0]!.name;

function leaderlab(args: readonly string[], { closeStdout = false } = {}): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (output.stdout += chunk));
    child.stderr.on("data", (chunk) => (output.stderr += chunk));
    if (closeStdout) child.stdout.destroy();
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...output }));
  });
}

test("in a process of its own, run --json prints one JSON value, the same bytes twice", async () => {
  const args = ["run", name, "--trials", "20", "--seed", "4", "--json"];
  const [first, second] = await Promise.all([leaderlab(args), leaderlab(args)]);
  // stderr may tell of a stale build that is brought up to date.
  expect(first.status).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ experiment: name, trials: 20, seed: 4 });
  expect(second.stdout).toBe(first.stdout);
});

test("bad usage ends the process with 2 and an empty stdout", async () => {
  const { status, stdout, stderr } = await leaderlab(["run", `${name}x`]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(`did you mean ${name}?`);
});

test("a reader that closes the pipe early causes no complaint", async () => {
  const { stderr } = await leaderlab(["run", "--list", "--json"], { closeStdout: true });
  expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
});

test("every experiment's defaults are within what it accepts, and none of its flags hides one of run's own", () => {
  for (const { parameters, check } of experiments) {
    check?.(readParameters(parameters, {}));
    for (const own of ["trials", "seed", "only", "json", "help"]) expect(Object.keys(parameters).map(toKebab)).not.toContain(own);
  }
});
