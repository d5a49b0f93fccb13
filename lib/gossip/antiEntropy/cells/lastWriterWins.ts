import { hashString } from "../../../hashing/hashString.js";
import type { NodeId } from "../../../protocol.js";
import { compareTimestamps, hybridTime, latest, type Stamped, type Timestamp } from "../../versions/lastWriterWins.js";
import type { CellKind } from "../types.js";

/** A value, or a tombstone: null, and with it who is known to have it. */
export interface StampedCell extends Stamped<string | null> {
  readonly seenBy: readonly NodeId[];
}

/** Writes a value; null deletes the key. */
export interface WriteStamped {
  readonly value: string | null;
}

export interface StampedDigest {
  readonly timestamp: Timestamp;
  /** Tells apart what two clients wrote with one timestamp. */
  readonly hash: number;
  readonly seenBy: readonly NodeId[];
}

/** A value with a timestamp under each key, of which the newest is kept. Throws a `RangeError` for a grace out of range. */
export function lastWriterWinsCells({ clock = "hybrid", collect = "never", grace = 0 }: LastWriterWinsOptions = {}): CellKind<StampedCell, WriteStamped, StampedDigest> {
  if (!(grace >= 0 && grace < Infinity)) throw new RangeError(`expected a grace from 0 ms, not ${grace}`);
  const witness = (cell: StampedCell, node: NodeId): StampedCell => (cell.value !== null || cell.seenBy.includes(node) ? cell : { ...cell, seenBy: inOrder([...cell.seenBy, node]) });
  return {
    merge(a, b) {
      const one = a.value === b.value && compareTimestamps(a.timestamp, b.timestamp) === 0;
      return one ? { ...a, seenBy: inOrder([...new Set([...a.seenBy, ...b.seenBy])]) } : latest(a, b);
    },
    change: (_cell, { value }, { node, now, newest }) => witness({ value, timestamp: { time: clock === "hybrid" ? hybridTime(now, newest) : now, node }, seenBy: [] }, node),
    digest: ({ value, timestamp, seenBy }) => ({ timestamp, hash: value === null ? 0 : hashString(value, 1), seenBy }),
    covers(mine, theirs) {
      const order = compareTimestamps(mine.timestamp, theirs.timestamp);
      return order === 0 ? mine.hash === theirs.hash && theirs.seenBy.every((node) => mine.seenBy.includes(node)) : order > 0;
    },
    timeOf: ({ timestamp }) => timestamp.time,
    ...(collect !== "never" && { tombstones: { witness, seenByAll, spent: collect === "in time" ? isTombstone : seenByAll, grace } }),
  };
}

const isTombstone = ({ value }: StampedCell) => value === null;
const seenByAll = ({ value, seenBy }: StampedCell, size: number) => value === null && seenBy.length === size;
const inOrder = (nodes: NodeId[]): readonly NodeId[] => nodes.sort((a, b) => a - b);

export interface LastWriterWinsOptions {
  /**
   * Where a writer takes the time from: its clock alone, `physical`, or a hybrid logical clock, which is also ahead of all
   * that it has seen. Default `hybrid`.
   */
  readonly clock?: "physical" | "hybrid";
  /**
   * When a tombstone goes: never; `when seen`, once all nodes are known to have it; or `in time`, whoever may not have
   * seen it, as many systems do it. Default `never`.
   */
  readonly collect?: "never" | "when seen" | "in time";
  /** How long it is kept even so, ms. Default 0. */
  readonly grace?: number;
}
