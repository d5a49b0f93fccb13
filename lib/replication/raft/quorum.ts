import type { NodeId } from "../../protocol.js";

/** The smallest number of nodes that any two such groups must share one of: ⌊n/2⌋ + 1 of `n`. */
export const majority = (n: number): number => Math.floor(n / 2) + 1;

/** Whether these nodes, each counted once, are a majority of `n`. */
export const isMajority = (nodes: readonly NodeId[], n: number): boolean => new Set(nodes).size >= majority(n);
