import { Worker } from "node:worker_threads";
import type { GivenParameters } from "../../experiments/parameters.js";

/** What a worker is told when it starts. */
export interface Job {
  /** Address of the module whose `experiments` it searches. */
  readonly registry: string;
  readonly experiment: string;
  readonly parameters: GivenParameters;
  readonly seed: number;
  readonly trials: number;
  /** One cell of shared memory: the next trial that no thread has taken. */
  readonly counter: Int32Array;
  readonly threads: number;
  /** Trials in its first chunk. */
  readonly chunk: number;
}

/** What a worker sends. */
export type Report =
  | { readonly kind: "samples"; readonly from: number; readonly samples: readonly unknown[] | Float64Array }
  | { readonly kind: "failure"; readonly trial: number; readonly cause: unknown }
  | { readonly kind: "finished" };

/** Workers that share a job. */
export interface Team {
  /** Settles when every worker has run out of trials; rejects if one breaks. */
  readonly finished: Promise<unknown>;
  /** Lets the workers go when they have finished; they wait for another job and keep no process alive. */
  release(): void;
  /** Ends the workers, whatever they are doing. */
  dismiss(): void;
}

/** Workers without a job. What they have loaded and compiled serves the next sweep. */
const idle: Worker[] = [];

/** Gives a job to `size` workers, new ones if none are idle, and passes on what they send. */
export function startTeam(size: number, job: Job, onReport: (report: Report) => void): Team {
  // Flags of the parent, such as --input-type, may be wrong for a worker.
  const workers = Array.from({ length: size }, () => idle.pop() ?? new Worker(workerFile, { execArgv: [] }));
  const finished = Promise.all(workers.map((worker) => work(worker, job, onReport)));
  return { finished, release: () => workers.forEach((worker) => worker.unref()), dismiss: () => workers.forEach((worker) => void worker.terminate()) };
}

/** The built worker. There is none beside the TypeScript sources, where tests may run. */
export const workerFile = new URL("./worker.js", import.meta.url);

async function work(worker: Worker, job: Job, onReport: (report: Report) => void): Promise<void> {
  worker.ref();
  worker.postMessage(job);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (report: Report) => (report.kind === "finished" ? resolve() : onReport(report)));
      worker.on("error", (error) => reject(new Error(`a worker thread broke while running ${job.experiment}: ${error.message}`, { cause: error })));
      worker.on("exit", (code) => reject(new Error(`a worker thread ended with code ${code} while running ${job.experiment}`)));
    });
  } finally {
    for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
  }
  worker.unref();
  idle.push(worker);
}
