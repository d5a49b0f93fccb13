import { availableParallelism } from "node:os";
import { sweep } from "../../dist/course/sweep/sweep.js";
import { electionDowntime } from "../../dist/experiments/electionDowntime.js";
import { runExperiment } from "../../dist/experiments/runExperiment.js";
import { busy } from "../course/sweepExperiments.mjs";
import { twoProcesses } from "./ceiling.mjs";
import { median, report } from "./measure.mjs";

const testRegistry = new URL("../course/sweepExperiments.mjs", import.meta.url);

/**
 * How much faster a sweep over threads is than the same run on one, for trials that only compute and for those of Raft's
 * Figure 16, which also allocate; the results are checked to be the same.
 */
export async function benchSweep() {
  await benchOne("computing", busy, { work: 100_000 }, testRegistry);
  await benchOne("election-downtime", electionDowntime, {}, undefined);
  console.log(`     for comparison, election-downtime in two warm processes that share nothing: ${(await twoProcesses(200_000)).toFixed(2)} times faster than in one`);
}

async function benchOne(name, experiment, parameters, registry) {
  const some = experiment.trials;
  await sweep(experiment, parameters, { trials: 100 * some, seed: 1, registry });
  const [sample] = await time(() => runExperiment(experiment, parameters, { trials: 20 * some, seed: 1 }));
  for (const length of [2000, 4000]) {
    const trials = Math.round((20 * some * length) / sample);
    const pairs = [];
    for (let round = 0; round < 5; round++) {
      const [alone, expected] = await time(() => runExperiment(experiment, parameters, { trials, seed: 1 }));
      const [together, found] = await time(() => sweep(experiment, parameters, { trials, seed: 1, registry }));
      if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error("a sweep must give the same result as runExperiment");
      pairs.push({ alone, together });
    }
    const alone = median(pairs.map((pair) => pair.alone));
    const together = median(pairs.map((pair) => pair.together));
    report(`sweep of ${(alone / 1000).toFixed(1)} s (${name}) on ${availableParallelism()} cores, times faster`, alone / together, ["at least", 1.8], `${together.toFixed(0)} ms against ${alone.toFixed(0)} ms`);
  }
}

async function time(run) {
  const started = performance.now();
  const result = await run();
  return [performance.now() - started, result];
}
