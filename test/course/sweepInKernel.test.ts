import { afterAll, beforeAll, expect, test } from "vitest";
// The kernel is started from the built files.
import { startKernel, type Kernel } from "../../dist/course/kernel/startKernel.js";
import { experiments } from "../../lib/experiments/registry.js";

const name = experiments[0]!.name;
let kernel: Kernel;

beforeAll(async () => {
  kernel = await startKernel();
  await kernel.execute(`import { run } from "./dist/course/run.js"`);
});
afterAll(() => kernel.shutdown());

test("a cell gets rows and samples, and a short run leaves nothing but what the cell prints", async () => {
  const { outputs } = await kernel.execute(`const { rows, samples } = await run("${name}", {}, { trials: 5, seed: 1 }); console.log(samples.length, rows.length > 0)`);
  expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: "5 true\n" }]);
});

test("an unknown experiment is answered with the nearest", async () => {
  const { status, outputs } = await kernel.execute(`await run("${name}x")`);
  expect(status).toBe("error");
  expect(JSON.stringify(outputs)).toContain(`did you mean ${name}?`);
});

test.skipIf(process.platform === "win32")("stopping a cell stops its sweep, removes the bar, and leaves the kernel alive", async () => {
  const endless = kernel.execute(`await run("${name}", {}, { trials: 100_000_000 })`);
  setTimeout(() => kernel.interrupt(), 2_500);
  const { status, outputs } = await endless;
  expect(status).toBe("error");
  expect(outputs.filter(({ output_type }) => output_type === "display_data")).toEqual([expect.objectContaining({ data: { "text/html": "", "text/plain": "" } })]);
  // Were the sweep still running, this process would use at least a whole core.
  const idle = `const used = process.cpuUsage(); await new Promise((done) => setTimeout(done, 1000)); console.log(process.cpuUsage(used).user < 500_000)`;
  expect((await kernel.execute(idle)).outputs).toEqual([{ output_type: "stream", name: "stdout", text: "true\n" }]);
});
