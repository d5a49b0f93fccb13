import type { HistoryEvent, Operation } from "../history.js";

/** The smallest part of a history that is not linearizable: whoever doubts the verdict need only look at this. */
export interface Witness {
  /** Which object, where there are several. */
  readonly key?: string | number;
  /** The operations of the part, with their numbers and places in the whole. One that is still open where the part ends has no answer in it. */
  readonly operations: readonly Operation[];
  /** Numbers of operations in the longest order that can be built. */
  readonly order: readonly number[];
  /** Numbers of answered operations that cannot follow it. */
  readonly unplaced: readonly number[];
  /** Number of the operation at whose answer no order remains; undefined if the budget ended before it was found. */
  readonly blocked?: number;
  /** Whether nothing more can be left out; false if the budget ended before. */
  readonly smallest: boolean;
}

/** A part of a history as events again, in their order; the part can be checked by itself. */
export function eventsOf(operations: readonly Operation[]): HistoryEvent[] {
  return operations
    .flatMap(({ process, f, key, input, output, invoked, returned, invokedAt, returnedAt }) => {
      const event = (type: "invoke" | "ok", value: unknown, time?: number): HistoryEvent => ({ process, type, f, ...(key === undefined ? {} : { key }), value, ...(time === undefined ? {} : { time }) });
      const ends = returned === Infinity ? [] : [{ place: returned, event: event("ok", output ?? null, returnedAt) }];
      return [{ place: invoked, event: event("invoke", input ?? null, invokedAt) }, ...ends];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
}
