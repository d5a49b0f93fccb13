/**
 * A thread of sweeps: for each job it is given it finds the experiment by name, runs chunks of trials until none is left,
 * and sends their samples.
 */
import { parentPort } from "node:worker_threads";
import { planRun, runTrials, TrialError } from "../../experiments/runExperiment.js";
import type { Experiment } from "../../experiments/experiment.js";
import { Chunks } from "./chunks.js";
import type { Job, Report } from "./team.js";

parentPort!.on("message", (job: Job) => void work(job));

async function work(job: Job): Promise<void> {
  const { experiments } = (await import(job.registry)) as { experiments: readonly Experiment[] };
  const experiment = experiments.find(({ name }) => name === job.experiment)!;
  const plan = planRun(experiment, job.parameters, { trials: job.trials, seed: job.seed });
  const chunks = new Chunks(job.counter, job.trials, job.threads, job.chunk);
  for (let chunk = chunks.take(); chunk; chunk = chunks.take()) {
    const started = performance.now();
    try {
      send(packed(chunk.from, runTrials(plan, chunk.from, chunk.to)));
    } catch (error) {
      if (!(error instanceof TrialError)) throw error;
      chunks.stop();
      send({ kind: "failure", trial: error.trial, cause: sendable(error.cause) });
    }
    chunks.took(chunk.to - chunk.from, performance.now() - started);
  }
  send({ kind: "finished" });
}

function send(report: Report): void {
  parentPort!.postMessage(report, report.kind === "samples" && report.samples instanceof Float64Array ? [report.samples.buffer as ArrayBuffer] : []);
}

/** Numbers travel as a block of memory that changes hands, everything else as a copy. */
function packed(from: number, samples: unknown[]): Report {
  const numeric = samples.every((sample) => typeof sample === "number");
  return { kind: "samples", from, samples: numeric ? Float64Array.from(samples as number[]) : samples };
}

function sendable(cause: unknown): unknown {
  try {
    return structuredClone(cause);
  } catch {
    return new Error(String(cause));
  }
}
