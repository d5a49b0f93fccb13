import type { Operation } from "../history.js";

/** What a checker of a consistency promise answers. Never a guess: it says no only with a part of the history that proves it. */
export type Verdict = { readonly holds: true } | Broken | Undecided;

/** The history breaks the promise. */
export interface Broken {
  readonly holds: false;
  /** What is wrong with the witness, in plain words. */
  readonly because: string;
  /**
   * A part of the history that breaks the promise on its own, in the order of invocations; no smaller part of it does,
   * unless the budget ended while it was made small.
   */
  readonly witness: readonly Operation[];
}

/** The checker could not tell. */
export interface Undecided {
  readonly holds: "unknown";
  /** What ended the search, or what the history lacks. */
  readonly because: string;
}
