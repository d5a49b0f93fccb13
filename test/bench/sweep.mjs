/**
 * How much faster a sweep over threads is than the same run on one thread, in medians of interleaved runs:
 * `node test/bench/sweep.mjs`. The result is checked to be the same.
 */
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { runExperiment } from "../../dist/experiments/runExperiment.js";
import { sweep } from "../../dist/course/sweep/sweep.js";
import { busy } from "../course/sweepExperiments.mjs";

const registry = new URL("../course/sweepExperiments.mjs", import.meta.url);

/** Prints and returns, for runs of about these lengths in ms, how often the sweep is faster. */
export async function benchSweep({ lengths = [2000, 4000], rounds = 5 } = {}) {
  const parameters = { work: 100_000 };
  const options = { seed: 1, registry };
  const [perTrial] = await time(() => runExperiment(busy, parameters, { trials: 2000, seed: 1 }));
  const results = [];
  for (const length of lengths) {
    const trials = Math.round(length / (perTrial / 2000));
    const pairs = [];
    for (let round = 0; round < rounds; round++) {
      const [alone, expected] = await time(() => runExperiment(busy, parameters, { trials, seed: 1 }));
      const [together, found] = await time(() => sweep(busy, parameters, { ...options, trials }));
      if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error("a sweep must give the same result as runExperiment");
      pairs.push({ alone, together });
    }
    const alone = median(pairs.map((pair) => pair.alone));
    const together = median(pairs.map((pair) => pair.together));
    const ratio = alone / together;
    results.push({ alone, together, ratio });
    console.log(`sweep of ${Math.round(alone)} ms on ${availableParallelism()} cores: ${Math.round(together)} ms, ${ratio.toFixed(2)}× faster`);
  }
  return results;
}

async function time(run) {
  const started = performance.now();
  const result = await run();
  return [performance.now() - started, result];
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await benchSweep();
