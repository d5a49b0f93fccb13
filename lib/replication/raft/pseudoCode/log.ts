import type { RequestVote } from "./types.js";

interface Log {
  readonly log: readonly { readonly term: number }[];
}

/** Index of the last entry; 0 if the log is empty. */
export const lastIndex = ({ log }: Log): number => log.length;

/** Term of the last entry; 0 if the log is empty. */
export const lastTerm = ({ log }: Log): number => log.at(-1)?.term ?? 0;

/** Term of the entry at an index; 0 at index 0, before the first. Undefined where there is no such entry. */
export const termAt = ({ log }: Log, index: number): number | undefined => (index === 0 ? 0 : log[index - 1]?.term);

/** Whether a candidate's log is at least as up to date as this one: by last term, then by length (Ongaro and Ousterhout 2014, §5.4.1). */
export function isUpToDate({ lastLogIndex, lastLogTerm }: Pick<RequestVote, "lastLogIndex" | "lastLogTerm">, own: Log): boolean {
  return lastLogTerm > lastTerm(own) || (lastLogTerm === lastTerm(own) && lastLogIndex >= lastIndex(own));
}
