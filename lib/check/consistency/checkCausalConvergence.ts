import type { Operation } from "../history.js";
import { accuse } from "./accuse.js";
import type { CausalVerdict } from "./checkCausal.js";
import { conflictViolation } from "./conflictViolation.js";

/**
 * Causal convergence, CCv (Bouajjani, Enea, Guerraoui and Hamza, POPL 2017; "causal+" is close to it): causal consistency,
 * and all processes settle conflicts alike: one total order of all writes, in agreement with the causal order, in which
 * every read finds the last write among those it depends on. Broken exactly if one of CC's patterns or *CyclicCF* is
 * there (see `checkCausal`, whose limits and errors hold here too). Sequential consistency implies it; it implies causal
 * consistency, and the session guarantees with versions in any order.
 */
export function checkCausalConvergence(operations: readonly Operation[]): CausalVerdict {
  return accuse(operations, conflictViolation);
}
