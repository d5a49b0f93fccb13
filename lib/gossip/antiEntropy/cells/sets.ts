import { addDelta, EMPTY_SET, mergeSets, type ObservedRemoveSet, removeDelta } from "../../crdt/observedRemoveSet.js";
import { type CausalContext, covers, knows } from "../../versions/causalContext.js";
import type { Dot } from "../../versions/versionVector.js";
import type { CellKind } from "../types.js";

export type ChangeSet = { readonly op: "add" | "remove"; readonly element: string };

/** The adds that are known, and which of them are in force: a set without its elements. */
export interface SetDigest {
  readonly context: CausalContext;
  readonly dots: readonly Dot[];
}

/** An observed-remove set under each key. */
export const setCells: CellKind<ObservedRemoveSet, ChangeSet, SetDigest> = {
  merge: mergeSets,
  change: (set = EMPTY_SET, { op, element }, { node }) => (op === "add" ? addDelta(set, node, element) : removeDelta(set, element)),
  digest: ({ context, adds }) => ({ context, dots: adds.map(({ dot }) => dot) }),
  covers(mine, theirs) {
    const removed = (dot: Dot) => knows(theirs.context, dot) && !theirs.dots.some(({ node, counter }) => node === dot.node && counter === dot.counter);
    return covers(mine.context, theirs.context) && !mine.dots.some(removed);
  },
};
