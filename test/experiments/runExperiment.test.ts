import { expect, test } from "vitest";
import { deriveSeed } from "../../lib/random.js";
import type { Experiment } from "../../lib/experiments/experiment.js";
import { runExperiment, TrialError } from "../../lib/experiments/runExperiment.js";

const echo: Experiment = {
  name: "echo",
  question: "What did each trial get?",
  parameters: { delay: { type: "distribution", default: "constant:5", unit: "ms", summary: "a delay" }, bad: { type: "integer", default: -1, range: [-1, 100], summary: "the trial that fails" } },
  trials: 3,
  row: { seeds: "the seeds", indexes: "the indexes" },
  check(values) {
    if (values.bad === 99) throw new Error("bad must not be 99");
  },
  trial(values, seed, index) {
    if (values.bad === index) throw new Error("as asked");
    return { seed, index };
  },
  summarize: (samples) => [{ seeds: samples.map(({ seed }) => seed), indexes: samples.map(({ index }) => index) }],
};

test("trial i gets the i-th seed derived from the run's seed", () => {
  const run = runExperiment(echo, { delay: "exp:1" }, { trials: 2, seed: 7 });
  expect(run).toEqual({
    experiment: "echo",
    parameters: { delay: "exp:1", bad: -1 },
    seed: 7,
    trials: 2,
    rows: [{ seeds: [deriveSeed(7, 0), deriveSeed(7, 1)], indexes: [0, 1] }],
  });
});

test("trials default to the experiment's own number and the seed to 1", () => {
  expect(runExperiment(echo)).toMatchObject({ trials: 3, seed: 1 });
});

test("one trial can be run alone, with the seed and index it has in the whole", () => {
  const run = runExperiment(echo, {}, { seed: 7, only: 41 });
  expect(run).toMatchObject({ trials: 1, only: 41, rows: [{ seeds: [deriveSeed(7, 41)], indexes: [41] }] });
});

test("a failing trial is reported with its seed and the command that runs it alone", () => {
  const fail = () => runExperiment(echo, { delay: "0.5*exp:1+0.5*exp:2", bad: 2 }, { trials: 10, seed: 7 });
  expect(fail).toThrow(TrialError);
  expect(fail).toThrow(
    `trial 2 of echo failed (its seed is ${deriveSeed(7, 2)}): as asked\nReplay it: npx leaderlab run echo --delay "0.5*exp:1+0.5*exp:2" --bad 2 --only 2 --seed 7`,
  );
});

test("values that do not fit together, and impossible options, are refused before the first trial", () => {
  expect(() => runExperiment(echo, { bad: 99 })).toThrow("bad must not be 99");
  expect(() => runExperiment(echo, {}, { trials: 0 })).toThrow("trials: expected a whole number from 1 to 100000000, not 0. For example: trials 3");
  expect(() => runExperiment(echo, {}, { seed: -1 })).toThrow("seed: expected a whole number from 0 to 9007199254740991, not -1");
});
