import { expect, test } from "vitest";
import { describeChoice } from "../../lib/course/cli/choose.js";
import { main } from "../../lib/course/cli/main.js";
import { choose } from "../../lib/experiments/choose.js";
import { captureIo } from "./captureIo.js";

async function call(...argv: string[]) {
  const captured = captureIo();
  const status = await main(["choose", ...argv], captured.io);
  return { status, stdout: captured.stdout(), stderr: captured.stderr() };
}

/** Little to run: one design, and nobody fails. */
const quick = ["--design", "raft-lease", "--faults", "0", "--nodes", "3"];

test("says the workload, how many designs fit, and each design's figures, in prose", async () => {
  const { status, stdout } = await call(...quick);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Workload: reads 0\.9, value-size 100, .*nodes 3, disk constant:0, faults 0/);
  expect(stdout).toContain("1 of 1 fit; the first in the table is the best by what you prefer (throughput).");
  expect(stdout).toMatch(/raft-lease, linearizable +fits +[\d,]+ +[\d.]+ +[\d.]+ +–/);
});

test("says why a design is out", async () => {
  const { status, stdout } = await call(...quick, "--demand", "1e8");
  expect(status).toBe(0);
  expect(stdout).toContain("No design fits: something in the workload has to give.");
  expect(stdout.replace(/\s+/g, " ")).toMatch(/out .*it reaches \d+/);
});

test("--json prints one object, as every experiment does", async () => {
  const { status, stdout } = await call(...quick, "--json");
  expect(status).toBe(0);
  const run = JSON.parse(stdout);
  expect(Object.keys(run)).toEqual(["experiment", "parameters", "seed", "trials", "rows"]);
  expect([run.experiment, run.seed, run.trials, run.parameters.nodes]).toEqual(["choose", 1, 1, 3]);
  expect(Object.keys(run.rows[0])).toEqual(Object.keys(choose.row));
});

test("an unknown flag is bad usage, with the nearest right name; so is a workload that does not fit together", async () => {
  const wrong = await call("--region", "3");
  expect([wrong.status, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toContain("--regions");
  const nobody = await call("--nodes", "3", "--faults", "3");
  expect([nobody.status, nobody.stdout]).toEqual([2, ""]);
  expect(nobody.stderr).toContain("somebody must stay up: got faults 3 of 3 nodes");
});

test("--help explains every parameter and every figure", async () => {
  const { status, stdout } = await call("--help");
  expect(status).toBe(0);
  for (const flag of ["--reads", "--staleness", "--exclusive", "--bound", "--prefer"]) expect(stdout).toContain(flag);
  expect(stdout).toContain("why it is out; empty if it fits");
});

test("what was not measured is a dash", () => {
  const row = { design: "abd", consistency: "linearizable", fits: true, because: "", throughput: 1234.5, p50: null, p99: 0.51239, silence: null };
  expect(describeChoice([row], { nodes: 3, prefer: "latency" }, 100)).toMatch(/abd, linearizable +fits +1,235 +– +0\.512 +–/);
});
