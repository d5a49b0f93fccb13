import { countUpDelta, type GrowOnlyCounter, mergeCounters } from "../../crdt/growOnlyCounter.js";
import { descends } from "../../versions/versionVector.js";
import type { CellKind } from "../types.js";

/** Counts up under a key, by a whole number. */
export interface CountUp {
  readonly by: number;
}

/** A grow-only counter under each key; it is its own digest. */
export const counterCells: CellKind<GrowOnlyCounter, CountUp, GrowOnlyCounter> = {
  merge: mergeCounters,
  change: (counter = {}, { by }, { node }) => countUpDelta(counter, node, by),
  digest: (counter) => counter,
  covers: descends,
};
