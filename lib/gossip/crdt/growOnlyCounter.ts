import type { NodeId } from "../../protocol.js";
import { mergeVectors } from "../versions/versionVector.js";

/**
 * A counter that every node may count up without asking: how often each has, absent for 0 (Shapiro, Preguiça, Baquero and
 * Zawirski, A Comprehensive Study of Convergent and Commutative Replicated Data Types, 2011, Specification 6, G-Counter).
 */
export type GrowOnlyCounter = Readonly<Record<NodeId, number>>;

/** What it stands at: all nodes' counts together. */
export const counterValue = (counter: GrowOnlyCounter): number => Object.values(counter).reduce((sum, count) => sum + count, 0);

/** What a node's counting adds, as a counter to be merged in: its own count alone, `by` higher (whole, from 1; default 1). */
export function countUpDelta(counter: GrowOnlyCounter, node: NodeId, by = 1): GrowOnlyCounter {
  if (!(Number.isInteger(by) && by >= 1)) throw new RangeError(`expected to count up by a whole number from 1, not ${by}`);
  return { [node]: (counter[node] ?? 0) + by };
}

/** The greater count of each node: merged twice, or in any order, it is the same. */
export const mergeCounters = (a: GrowOnlyCounter, b: GrowOnlyCounter): GrowOnlyCounter => mergeVectors(a, b);
