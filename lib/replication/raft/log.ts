import type { RaftState, RequestVote } from "./types.js";

type Log = Pick<RaftState, "log">;

/** Index of the last log entry; 0 if the log is empty. */
export const lastIndex = (state: Log): number => state.log.length;

/** Term of the last log entry; 0 if the log is empty. */
export const lastTerm = (state: Log): number => state.log.at(-1)?.term ?? 0;

/** Term of the entry at an index; 0 at index 0, before the first. Undefined where the log has no such entry. */
export const termAt = (state: Log, index: number): number | undefined => (index === 0 ? 0 : state.log[index - 1]?.term);

/** Whether a candidate's log is at least as up to date as this node's: by last term, then by length (§5.4.1). */
export function isUpToDate(request: Pick<RequestVote, "lastLogIndex" | "lastLogTerm">, state: Log): boolean {
  const term = lastTerm(state);
  return request.lastLogTerm > term || (request.lastLogTerm === term && request.lastLogIndex >= lastIndex(state));
}
