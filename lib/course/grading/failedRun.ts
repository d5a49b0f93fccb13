import { spaceTime } from "../../plot/index.js";
import type { TraceEvent } from "../../sim/trace.js";
import { show } from "../show.js";

/** A simulated run in which a case failed, with what is to be drawn of it: as data, so that it can leave the grader. */
export interface FailedRun {
  readonly case: string;
  readonly seed: number;
  /** What went wrong, in a sentence. */
  readonly message: string;
  /** Events until then: of several runs the one with the fewest is drawn. */
  readonly events: number;
  /** What happened until then, without the messages that have nothing to do with it. */
  readonly trace: readonly TraceEvent[];
  /** The time to draw, in ms. */
  readonly from: number;
  readonly to: number;
  /** A few words for each kind of message, by its number in the trace. */
  readonly labels: Readonly<Record<number, string>>;
}

/** Shows a failed run under the cell, as a space–time diagram. */
export function showFailedRun({ case: name, seed, message, trace, from, to }: FailedRun): void {
  const title = `“${name}”, seed ${seed}`;
  show((document) => spaceTime(trace, { document, from, to, nodes: [], title, caption: message }), `${title}. ${message}`);
}
