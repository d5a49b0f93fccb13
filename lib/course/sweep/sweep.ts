import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Experiment } from "../../experiments/experiment.js";
import { formatParameters, type RawParameters } from "../../experiments/parameters.js";
import { planRun, reportRun, runTrials, TrialError, type ExperimentRun, type RunOptions, type RunPlan } from "../../experiments/runExperiment.js";
import { Chunks } from "./chunks.js";
import { startTeam, workerFile, type Report, type Team } from "./team.js";

/** How a sweep is run and watched. */
export interface SweepOptions extends Omit<RunOptions, "only"> {
  /** Told after each chunk how many trials are done. */
  onProgress?(done: number, trials: number): void;
  /** Ends the sweep; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** The built module whose `experiments` workers search by name; the course's own registry unless given. */
  readonly registry?: URL;
}

/**
 * The same result as `runExperiment`, to the last digit, without blocking the thread for long and, if it takes more
 * than about a second, with the help of worker threads. Only an experiment that stands in the registry can be shared
 * out. Where trials throw, the error is that of the first in order.
 */
export async function sweep(experiment: Experiment, raw: RawParameters = {}, options: SweepOptions = {}): Promise<ExperimentRun> {
  return (await sweepSamples(experiment, raw, options)).run;
}

/** A sweep's result together with the samples of its trials, in order. */
export async function sweepSamples(experiment: Experiment, raw: RawParameters, options: SweepOptions): Promise<{ run: ExperimentRun; samples: unknown[] }> {
  const plan = planRun(experiment, raw, { trials: options.trials, seed: options.seed });
  const samples = await collect(plan, options);
  return { run: reportRun(plan, samples), samples };
}

/** A sweep is watched this long before it may ask for help, in ms: the first trials run before they are compiled. */
const WATCHED = 60;
/** Help is worth its start-up if more than this many ms are left. */
const WORTH_HELP = 1000;

async function collect(plan: RunPlan, { onProgress, signal, registry = courseRegistry }: SweepOptions): Promise<unknown[]> {
  const { trials } = plan;
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const threads = availableParallelism();
  const chunks = new Chunks(counter, trials, threads);
  const samples = new Array<unknown>(trials);
  let done = 0;
  let failure: TrialError | undefined;
  let team: Team | undefined;
  let mayAskForHelp = threads > 1;
  let allDone = () => {};
  const everySample = new Promise<void>((resolve) => (allDone = resolve));

  const receive = (report: Report) => {
    if (report.kind === "samples") {
      for (let i = 0; i < report.samples.length; i++) samples[report.from + i] = report.samples[i];
      done += report.samples.length;
      onProgress?.(done, trials);
      if (done === trials) allDone();
    } else if (report.kind === "failure") {
      fail(new TrialError(plan, report.trial, report.cause));
    }
  };
  const fail = (error: TrialError) => {
    chunks.stop();
    if (!failure || error.trial < failure.trial) failure = error;
  };

  const started = performance.now();
  try {
    for (let chunk = chunks.take(); chunk; chunk = chunks.take()) {
      signal?.throwIfAborted();
      const chunkStarted = performance.now();
      try {
        receive({ kind: "samples", from: chunk.from, samples: runTrials(plan, chunk.from, chunk.to) });
      } catch (error) {
        if (!(error instanceof TrialError)) throw error;
        fail(error);
      }
      const now = performance.now();
      const ran = chunk.to - chunk.from;
      chunks.took(ran, now - chunkStarted);
      const left = ((now - chunkStarted) / ran) * (trials - done);
      if (mayAskForHelp && now - started > WATCHED && left > WORTH_HELP) {
        mayAskForHelp = false;
        if (await isShared(plan.experiment, registry)) {
          const { experiment, values, seed } = plan;
          const job = { registry: registry.href, experiment: experiment.name, parameters: formatParameters(values), seed, trials, counter, threads, chunk: chunks.size };
          team = startTeam(threads - 1, job, receive);
          team.finished.catch(() => chunks.stop());
        }
      }
      await setImmediate();
    }
    // Without a failure the samples decide, so that a worker that is still starting up is not waited for.
    if (team) await Promise.race([failure ? team.finished : Promise.race([everySample, team.finished]), aborted(signal)]);
    signal?.throwIfAborted();
    team?.release();
  } catch (error) {
    chunks.stop();
    team?.dismiss();
    throw error;
  }
  if (failure) throw failure;
  return samples;
}

const courseRegistry = new URL("../../experiments/registry.js", import.meta.url);

/** Whether a worker would find this very experiment, not merely one of its name. */
async function isShared(experiment: Experiment, registry: URL): Promise<boolean> {
  if (!existsSync(workerFile)) return false;
  const { experiments } = (await import(registry.href)) as { experiments: readonly Experiment[] };
  return experiments.includes(experiment);
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
}
