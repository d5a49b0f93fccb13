import { unknownName } from "../experiments/nearest.js";
import { formatParameters, type RawParameters } from "../experiments/parameters.js";
import { experiments } from "../experiments/registry.js";
import type { Experiment } from "../experiments/experiment.js";
import { VERDICT_SEED, type RowsOf } from "../experiments/claims.js";
import { planRun, runExperiment, type ExperimentRun, type RunOptions, type RunPlan } from "../experiments/runExperiment.js";
import { sweepSamples } from "./sweep/sweep.js";
import { UsageError } from "./usageError.js";
import { watched } from "./watched.js";

/** What a run found out, with the sample of every trial, in order, for pictures. */
export interface SampledRun extends ExperimentRun {
  readonly samples: readonly any[];
}

/**
 * Runs an experiment by name, over threads if it takes long, with a progress bar:
 * `const { rows } = await run("election-downtime", { low: 150, high: 300 }, { trials: 1000, seed: 1 })`.
 * Trials default to the experiment's own number, the seed to 1. Throws an error that names the nearest right name.
 */
export async function run(name: string, parameters: RawParameters = {}, options: Omit<RunOptions, "only"> = {}): Promise<SampledRun> {
  const experiment = findExperiment(name);
  const { run, samples } = await watched(experiment.name, (watch) => sweepSamples(experiment, parameters, { ...options, ...watch }));
  knownRows.set(nameOf(planRun(experiment, parameters, options)), run.rows);
  return { ...run, samples };
}

/** Rows of all runs so far: the same arguments give the same rows, so a verdict need not run an experiment again. */
const knownRows = new Map<string, ExperimentRun["rows"]>();
const nameOf = ({ experiment, values, seed, trials }: RunPlan) => JSON.stringify([experiment.name, formatParameters(values), seed, trials]);

/** The rows that a verdict asks for: of a run that has been, or of a new one. */
export const rowsOf: RowsOf = (experiment, parameters) =>
  knownRows.get(nameOf(planRun(experiment, parameters, { seed: VERDICT_SEED }))) ?? runExperiment(experiment, parameters, { seed: VERDICT_SEED }).rows;

/** The experiment of that name; throws a `UsageError` that names the nearest. */
export function findExperiment(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (!found) throw new UsageError(unknownName("experiment", name, experiments.map((experiment) => experiment.name)));
  return found;
}
