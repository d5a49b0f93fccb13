/**
 * Histories: what clients asked, what they were told, and in what order. The only thing that checks of consistency look
 * at; how the answers came about is none of their business.
 */

/**
 * One line of a history (JSON Lines, in time order). `invoke` begins an operation of a process; `ok` ends it with its
 * result; `fail` says that it did not happen; `info`, or no end at all, that it may have happened, at any later time.
 */
export interface HistoryEvent {
  readonly process: number | string;
  readonly type: "invoke" | "ok" | "fail" | "info";
  /** The operation, such as `read` or `enqueue`; the model says which there are. */
  readonly f: string;
  /** Which of several objects, in a key-value store. */
  readonly key?: string | number;
  /** The argument in an `invoke`, the result in an `ok`; null where there is none. */
  readonly value: unknown;
  /** When, in ms; needed only where staleness is measured in time. */
  readonly time?: number;
}

/** One operation, put together from its two ends. */
export interface Operation {
  /** Its number: operations are numbered in the order of their invocations. */
  readonly id: number;
  readonly process: number | string;
  readonly f: string;
  readonly key?: string | number;
  /** The argument. */
  readonly input: unknown;
  /** The result; undefined while it is unknown. */
  readonly output?: unknown;
  /** Place of its invocation in the history, from 0. */
  readonly invoked: number;
  /** Place of its answer; +∞ if it may still happen at any later time. */
  readonly returned: number;
  readonly invokedAt?: number;
  readonly returnedAt?: number;
}
