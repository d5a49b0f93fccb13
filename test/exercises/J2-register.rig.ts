import type { Operation } from "../../lib/check/history.js";
import type { HistoryExcerpt } from "../../lib/course/grading/failedHistory.js";
import { plainReply, type Reply } from "../../lib/course/grading/exchange.js";

/** What the learner judged by hand. */
export function judgements(answer: Readonly<Record<string, unknown>>): unknown {
  return { ...(answer["judgements"] as object) };
}

/** An operation as data, which can be sent between processes: null stands for an end that never came. */
export type Sent = HistoryExcerpt["operations"][number];

/** Asks the learner's checker about histories, one after the other. */
export function verdicts(answer: { linearizable(operations: readonly Operation[]): unknown }, histories: readonly (readonly Sent[])[]): Reply[] {
  return histories.map((one) => {
    try {
      return plainReply(answer.linearizable(one.map((operation) => ({ ...operation, returned: operation.returned ?? Infinity }))));
    } catch (error) {
      return { threw: String(error) };
    }
  });
}
