import { setImmediate } from "node:timers/promises";
import { createProgress } from "./progress.js";
import type { SweepOptions } from "./sweep/sweep.js";

/** Someone pressed Ctrl-C, or a notebook's stop button, while a sweep ran. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * Does long work under a progress bar that is gone when the work ends, well or not. An interrupt ends the work, with its
 * threads, instead of leaving it running behind the next cell or prompt; it is then thrown as `Interrupted`.
 */
export async function watched<T>(label: string, work: (watch: Required<Pick<SweepOptions, "onProgress" | "signal">>) => Promise<T>, stderr?: NodeJS.WriteStream): Promise<T> {
  const progress = createProgress(label, stderr);
  const abort = new AbortController();
  const interrupt = () => abort.abort(new Interrupted(`${label} was interrupted`));
  // The first part of a notebook's cell runs under vm's breakOnSigint, which would disarm a listener added meanwhile, and
  // the kernel's own with it.
  await setImmediate();
  process.once("SIGINT", interrupt);
  try {
    return await work({ onProgress: progress.update, signal: abort.signal });
  } finally {
    process.off("SIGINT", interrupt);
    progress.end();
  }
}
