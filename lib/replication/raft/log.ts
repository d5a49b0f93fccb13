import type { RequestVote } from "./types.js";

/** A log whose beginning a snapshot may stand for. Indices start at 1 and go on behind the snapshot. */
interface Log<E extends { readonly term: number } = { readonly term: number }> {
  readonly log: readonly E[];
  readonly snapshot?: { readonly index: number; readonly term: number } | null;
}

/** Index of the last entry that a snapshot stands for; 0 if there is none. */
export const snapshotIndex = ({ snapshot }: Log): number => snapshot?.index ?? 0;

/** Index of the last log entry; 0 if there never was one. */
export const lastIndex = (state: Log): number => snapshotIndex(state) + state.log.length;

/** Term of the last log entry; 0 if there never was one. */
export const lastTerm = (state: Log): number => state.log.at(-1)?.term ?? state.snapshot?.term ?? 0;

/** The entry at an index; undefined where the log has none, or has it no more. */
export const entryAt = <E extends { readonly term: number }>(state: Log<E>, index: number): E | undefined => state.log[index - snapshotIndex(state) - 1];

/** Term of the entry at an index; 0 at index 0, before the first. Undefined where it is not known. */
export const termAt = (state: Log, index: number): number | undefined => (index === snapshotIndex(state) ? (state.snapshot?.term ?? 0) : entryAt(state, index)?.term);

/** Whether a candidate's log is at least as up to date as this node's: by last term, then by length (§5.4.1). */
export function isUpToDate(request: Pick<RequestVote, "lastLogIndex" | "lastLogTerm">, state: Log): boolean {
  const term = lastTerm(state);
  return request.lastLogTerm > term || (request.lastLogTerm === term && request.lastLogIndex >= lastIndex(state));
}
