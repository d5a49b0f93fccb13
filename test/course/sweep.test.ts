import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
// Workers need the built files.
import { runExperiment } from "../../dist/experiments/runExperiment.js";
import { sweep, sweepSamples } from "../../dist/course/sweep/sweep.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { busy, faulty, quitter, records } from "./sweepExperiments.mjs";

const registry = new URL("./sweepExperiments.mjs", import.meta.url);
/** As many steps as take 1.5 ms on this machine at its best: then 1,500 trials are worth help. */
function calibrate(): number {
  const steps = 5_000_000;
  const times = Array.from({ length: 10 }, () => {
    const started = performance.now();
    busy.trial({ work: steps }, 1);
    return performance.now() - started;
  });
  return Math.round((1.5 * steps) / Math.min(...times));
}

const long = { parameters: { work: calibrate() }, trials: 1_500 };

/** An experiment whose trials on this thread are counted; the workers run their own copy. */
function counted(experiment: Experiment): { here: () => number; restore: () => void } {
  const original = experiment.trial;
  let count = 0;
  experiment.trial = (...args: Parameters<typeof original>) => (count++, original(...args));
  return { here: () => count, restore: () => void (experiment.trial = original) };
}

test("a short sweep stays on this thread and equals the run on one thread", async () => {
  const counter = counted(busy as never);
  const found = await sweep(busy as never, { work: 1000 }, { trials: 500, seed: 3, registry });
  counter.restore();
  expect(counter.here()).toBe(500);
  expect(JSON.stringify(found)).toBe(JSON.stringify(runExperiment(busy as never, { work: 1000 }, { trials: 500, seed: 3 })));
});

test.skipIf(availableParallelism() < 2).for([
  { what: "numbers", experiment: busy },
  { what: "records", experiment: records },
])("a long sweep of $what is shared out over threads and equals the run on one thread", async ({ experiment }) => {
  const options = { trials: long.trials, seed: 3 };
  const expected = JSON.stringify(runExperiment(experiment as never, long.parameters, options));
  const counter = counted(experiment as never);
  const { run, samples } = await sweepSamples(experiment as never, long.parameters, { ...options, registry });
  counter.restore();
  expect(counter.here()).toBeGreaterThan(0);
  expect(counter.here()).toBeLessThan(long.trials);
  expect(JSON.stringify(run)).toBe(expected);
  expect(samples).toHaveLength(long.trials);
});

test("an experiment of the same name that is not the registered one stays on this thread", async () => {
  let here = 0;
  const imposter = { ...busy, trial: (values: { work: number }, seed: number) => (here++, busy.trial(values, seed)) };
  await sweep(imposter as never, long.parameters, { trials: long.trials, registry });
  expect(here).toBe(long.trials);
});

test("of several failing trials the first in order is reported, as on one thread", async () => {
  const options = { trials: long.trials, seed: 3 };
  const expected = (() => {
    try {
      runExperiment(faulty as never, long.parameters, options);
    } catch (error) {
      return error as Error;
    }
    throw new Error("it did not fail");
  })();
  expect(expected.message).toContain("trial 690 of faulty failed");
  const error: Error = await sweep(faulty as never, long.parameters, { ...options, registry }).then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error.message).toBe(expected.message);
  expect(error.name).toBe("TrialError");
  expect(error.cause).toMatchObject({ name: "RangeError", message: "no luck in 690" });
});

test("progress rises to the number of trials", async () => {
  const seen: number[] = [];
  await sweep(busy as never, {}, { trials: 300, registry, onProgress: (done, trials) => (expect(trials).toBe(300), seen.push(done)) });
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  expect(seen.at(-1)).toBe(300);
});

test("an aborted sweep ends soon with the signal's reason", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => abort.abort(reason), 300);
  const started = performance.now();
  await expect(sweep(busy as never, long.parameters, { trials: 100_000, registry, signal: abort.signal })).rejects.toBe(reason);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.skipIf(availableParallelism() < 2)("a worker that dies is an error, not a wait for ever", async () => {
  await expect(sweep(quitter as never, long.parameters, { trials: long.trials, registry })).rejects.toThrow("a worker thread ended with code 3 while running quitter");
});

test("wrong parameters are refused before anything runs", async () => {
  await expect(sweep(busy as never, { wrok: 1 }, { registry })).rejects.toThrow("did you mean work?");
});
