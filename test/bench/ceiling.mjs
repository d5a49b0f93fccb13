import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { electionDowntime } from "../../dist/experiments/electionDowntime.js";
import { runExperiment } from "../../dist/experiments/runExperiment.js";
import { median } from "./measure.mjs";

const run = (trials) => runExperiment(electionDowntime, {}, { trials, seed: 1 });

/**
 * What two cores of this machine give at most: one process that has run the trials before, against two such processes
 * with half of the trials each and nothing to share.
 */
export async function twoProcesses(trials) {
  const processes = [0, 1].map(() => fork(fileURLToPath(import.meta.url)));
  await Promise.all(processes.map((child) => once(child, "message")));
  const time = async (children, each) => {
    const started = performance.now();
    await Promise.all(children.map((child) => (child.send(each), once(child, "message"))));
    return performance.now() - started;
  };
  const ratios = [];
  for (let round = 0; round < 7; round++) ratios.push((await time(processes.slice(0, 1), trials)) / (await time(processes, trials >> 1)));
  for (const child of processes) child.kill();
  return median(ratios);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  run(20_000);
  process.on("message", (trials) => {
    run(trials);
    process.send("done");
  });
  process.send("ready");
}
