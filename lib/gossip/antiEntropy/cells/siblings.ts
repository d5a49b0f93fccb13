import { NO_SIBLINGS, type Siblings, sync, update } from "../../versions/siblings.js";
import { descends, nextDot, type VersionVector } from "../../versions/versionVector.js";
import type { CellKind } from "../types.js";

/** Writes a value: having read what the node holds, or nothing. */
export interface WriteSibling {
  readonly value: string;
  readonly read: boolean;
}

/** Siblings under each key, told apart by dotted version vectors; what is known of a key says which versions are left. */
export const siblingCells: CellKind<Siblings<string>, WriteSibling, VersionVector> = {
  merge: sync,
  change: (siblings = NO_SIBLINGS, { value, read }, { node }) => update(siblings, read ? siblings.context : {}, nextDot(siblings.context, node), value),
  digest: ({ context }) => context,
  covers: descends,
};
