import type { Operation } from "../history.js";

/**
 * An object as its clients may expect it: what each operation does when they come one after the other. Histories of many
 * processes are judged against it.
 */
export interface Model<State = unknown> {
  /** Its name on the command line. */
  readonly name: string;
  /** The operations that it knows, by name. */
  readonly operations: Readonly<Record<string, OperationShape>>;
  /** Whether it is many independent objects, each with its key. They are judged one by one (Herlihy and Wing 1990, section 3.2). */
  readonly keyed: boolean;
  /** The state at the start. `initial` is what the user gave, null if nothing. Throws an `Error` that says what was expected. */
  begin(initial: unknown, key?: string | number): State;
  /** The state after an operation with this result; undefined if it could not have had it. An operation without a result may have any. */
  step(state: State, operation: Operation): State | undefined;
  /** Equal for equal states, different for different ones. */
  identify(state: State): unknown;
  /** Whether this operation leaves the object as it is, in every state. */
  observes(operation: Operation): boolean;
  /** What an operation does if it only reads or only writes a register; undefined if it does anything else. */
  asRegister?(operation: Operation): RegisterUse | undefined;
  /** Whether the process matters to what an operation does. */
  readonly owned?: boolean;
  /**
   * Groups of operations, as places in the list, that may each be left out: if the list is linearizable, it still is
   * without the group. What fails without it therefore proves that the list fails. Several groups may be left out at once.
   */
  removable(operations: readonly Operation[], initial: unknown): number[][];
  /**
   * Like `removable`, but of groups that must be tried one by one: each leaves out what a certain operation has made
   * forgotten. From the largest to the smallest.
   */
  forgotten?(operations: readonly Operation[]): Iterable<number[]>;
}

/** What an operation needs a register to hold, and what it leaves in it; undefined if it needs or leaves nothing in particular. */
export interface RegisterUse {
  readonly needs?: unknown;
  readonly sets?: unknown;
}

/** What the values of an operation look like. Each function returns what was expected, in words, if a value is wrong. */
export interface OperationShape {
  /** Of the argument, in an `invoke`. */
  argument(value: unknown): string | undefined;
  /** Of the result, in an `ok`. */
  result(value: unknown, argument: unknown): string | undefined;
}

/** Nothing is passed: null. */
export const nothing = (value: unknown): string | undefined => (value === null ? undefined : "null");
/** Any JSON value. */
export const anything = (): string | undefined => undefined;
/** The result of an operation that returns nothing: null, or its argument once more. */
export const echo = (value: unknown, argument: unknown): string | undefined =>
  value === null || JSON.stringify(value) === JSON.stringify(argument) ? undefined : `null, or the argument once more (${JSON.stringify(argument)})`;
