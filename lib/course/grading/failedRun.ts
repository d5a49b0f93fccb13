import { spaceTime } from "../../plot/index.js";
import type { TraceEvent } from "../../sim/trace.js";
import { show } from "../show.js";

/** Shows a failed run under the cell, as a space–time diagram. */
export function showFailedRun({ case: name, seed, message, trace, from, to, nodes }: FailedRun): void {
  const title = `“${name}”, seed ${seed}`;
  const label = (sent: unknown): string | undefined => (sent as { label?: string }).label;
  show((document) => spaceTime(trace, { document, from, to, label, title, caption: message, ...(nodes && { nodes }) }), `${title}. ${message}`);
}

/** What is to be drawn of a run, as data, so that it can leave the grader. */
export interface RunExcerpt {
  /** What happened up to the failure; each message with its `type`, and a `label` of a few words. */
  readonly trace: readonly TraceEvent[];
  /** The time to draw, in ms. */
  readonly from: number;
  readonly to: number;
  /** Which nodes to draw, from the top. Default: all. */
  readonly nodes?: readonly number[];
}

/** A simulated run in which a case failed. */
export interface FailedRun extends RunExcerpt {
  readonly case: string;
  readonly seed: number;
  /** What went wrong, in a sentence. */
  readonly message: string;
  /** Events until then: of several runs the one with the fewest is shown. */
  readonly events: number;
}
