/**
 * Which keys a bounded store keeps. A policy knows keys alone, not what is under them; its state is plain data. Whoever uses
 * it calls `use` at each hit, `add` for each key that was not there, and drops from the store what `add` names.
 */
export interface Eviction<State = unknown> {
  /** The state of an empty store. */
  begin(): State;
  /** A key that is there was used. */
  use(state: State, key: string): void;
  /** A key comes in. Returns which keys have to go for it, perhaps the key itself. */
  add(state: State, key: string): string[];
  /** A key is gone for another reason. Nothing happens if it was not there. */
  drop(state: State, key: string): void;
  /** The keys, those that would go last first. */
  keys(state: State): string[];
}

/** Throws a `RangeError` unless a store's capacity is a whole number from 1. */
export function checkCapacity(capacity: number): void {
  if (!(Number.isInteger(capacity) && capacity >= 1)) throw new RangeError(`capacity: expected a whole number from 1, not ${capacity}`);
}
