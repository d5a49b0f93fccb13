import { deriveSeed } from "../random.js";
import type { Experiment, ParameterSet, Row, Values } from "./experiment.js";
import { formatParameters, readParameters, type GivenParameters, type RawParameters } from "./parameters.js";
import { replayCommand } from "./replayCommand.js";

/** How often and from which seed an experiment runs. */
export interface RunOptions {
  /** How many trials; the experiment's own number unless given. */
  readonly trials?: number;
  /** An integer from 0 to 2^53 − 1; 1 unless given. */
  readonly seed?: number;
  /** Runs the trial with this index alone, as the message of a failed trial asks; then `trials` does not count. */
  readonly only?: number;
}

/** What a run found out. */
export interface ExperimentRun {
  readonly experiment: string;
  readonly parameters: GivenParameters;
  readonly seed: number;
  readonly trials: number;
  /** The index of the one trial that was run, if it was only one by choice. */
  readonly only?: number;
  readonly rows: readonly Row[];
}

/**
 * Runs an experiment on this thread. Trial i gets the seed `deriveSeed(seed, i)`, so the same arguments give the same
 * result to the last digit. Throws an `Error` if the parameters or options are wrong, a `TrialError` if a trial throws.
 */
export function runExperiment(experiment: Experiment, raw: RawParameters = {}, options: RunOptions = {}): ExperimentRun {
  const plan = planRun(experiment, raw, options);
  return reportRun(plan, runTrials(plan, plan.first, plan.first + plan.trials));
}

/** A run whose parameters and options have been checked: trials `first` to `first + trials − 1`. */
export interface RunPlan {
  readonly experiment: Experiment;
  readonly values: Values<ParameterSet>;
  readonly seed: number;
  readonly first: number;
  readonly trials: number;
  readonly only?: number;
}

/** Their samples are kept in memory. */
const MOST_TRIALS = 100_000_000;

const optionParameters = (experiment: Experiment) =>
  ({
    trials: { type: "integer", default: experiment.trials, range: [1, MOST_TRIALS], summary: "how many runs of the model" },
    seed: { type: "integer", default: 1, range: [0, Number.MAX_SAFE_INTEGER], summary: "decides every random number" },
    only: { type: "integer", default: 0, range: [0, MOST_TRIALS - 1], summary: "the one trial to run" },
  }) as const satisfies ParameterSet;

/** Reads and checks run options as text or numbers, named as `readParameters` allows; fills in `trials` and `seed`. */
export function readOptions(experiment: Experiment, given: RawParameters): { trials: number; seed: number; only?: number } {
  const { trials, seed, only } = readParameters(optionParameters(experiment), given);
  return Object.keys(given).some((name) => name.endsWith("only")) ? { trials: 1, seed, only } : { trials, seed };
}

/** Checks the parameters and options of a run; throws an `Error` that says what was expected. */
export function planRun(experiment: Experiment, raw: RawParameters, options: RunOptions): RunPlan {
  const values = readParameters(experiment.parameters, raw);
  experiment.check?.(values);
  const given = Object.entries(options).filter((entry): entry is [string, number] => entry[1] !== undefined);
  const { trials, seed, only } = readOptions(experiment, Object.fromEntries(given));
  return { experiment, values, seed, first: only ?? 0, trials, ...(only !== undefined && { only }) };
}

/** The samples of trials `from` to `to − 1`, in order. Throws a `TrialError` for the first one that throws. */
export function runTrials(plan: RunPlan, from: number, to: number): unknown[] {
  const { experiment, values, seed } = plan;
  const samples: unknown[] = [];
  for (let index = from; index < to; index++) {
    try {
      samples.push(experiment.trial(values, deriveSeed(seed, index), index));
    } catch (error) {
      throw new TrialError(plan, index, error);
    }
  }
  return samples;
}

/** The result of a run, from the samples of all its trials in order. */
export function reportRun(plan: RunPlan, samples: readonly unknown[]): ExperimentRun {
  const { experiment, values, seed, trials, only } = plan;
  const parameters = formatParameters(values);
  return { experiment: experiment.name, parameters, seed, trials, ...(only !== undefined && { only }), rows: experiment.summarize(samples, values) };
}

/** A trial threw: which one, its seed, and the command that runs it alone. What it threw is the `cause`. */
export class TrialError extends Error {
  override readonly name = "TrialError";
  readonly trial: number;
  readonly seed: number;
  readonly replay: string;

  constructor(plan: RunPlan, trial: number, cause: unknown) {
    const seed = deriveSeed(plan.seed, trial);
    const replay = replayCommand(plan.experiment, formatParameters(plan.values), plan.seed, { only: trial });
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`trial ${trial} of ${plan.experiment.name} failed (its seed is ${seed}): ${reason}\nReplay it: ${replay}`, { cause });
    this.trial = trial;
    this.seed = seed;
    this.replay = replay;
  }
}
