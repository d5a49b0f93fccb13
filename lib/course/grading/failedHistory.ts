import type { Operation } from "../../check/history.js";
import { historyPicture } from "../../plot/history.js";
import { show } from "../show.js";

/** What is to be drawn of a history, as data, so that it can leave the grader; see `HistoryOptions` for what is marked in it. */
export interface HistoryExcerpt {
  /** Null stands for an end that never came. */
  readonly operations: readonly (Omit<Operation, "returned"> & { readonly returned: number | null })[];
  readonly order?: readonly number[];
  readonly unplaced?: readonly number[];
  readonly blocked?: number;
}

/** A history that an answer judged wrongly. */
export interface FailedHistory extends HistoryExcerpt {
  readonly case: string;
  /** What went wrong, in a sentence. */
  readonly message: string;
}

/** Shows a history under the cell: who overlapped whom, and the longest order that can be built. */
export function showFailedHistory({ case: name, message, operations, ...marks }: FailedHistory): void {
  const whole = operations.map((one): Operation => ({ ...one, returned: one.returned ?? Infinity }));
  show((document) => historyPicture(whole, { document, title: `“${name}”`, caption: message, ...marks }), `“${name}”. ${message}`);
}
