import type { Operation } from "../history.js";
import { accuse } from "./accuse.js";
import { CausalOrder } from "./causalOrder.js";
import { causalViolation, type BadPattern } from "./causalViolation.js";
import type { Broken } from "./verdict.js";

/** The verdict on a causal promise; a no names its bad pattern. */
export type CausalVerdict = { readonly holds: true } | (Broken & { readonly pattern: BadPattern });

/**
 * Causal consistency, in its weakest variant, CC (Bouajjani, Enea, Guerraoui and Hamza, POPL 2017): there is an order of
 * cause and effect that contains each process's own order, and every single read is right in some sequence of the writes
 * it depends on that agrees with that order. With unique writes the order is known (a process's own order, a write before
 * the reads of its value, and what follows), and a history breaks the promise exactly if it has one of four patterns:
 *
 * - *CyclicCO*: that order has a cycle
 * - *ThinAirRead*: a value is read that nobody wrote
 * - *WriteCOInitRead*: the initial value is read after a write on which the read depends
 * - *WriteCORead*: a value is read although the read depends on a newer one, whose write depends on the first
 *
 * Limits: CC lets a process read two concurrent values in turns (1, 2, 1) and lets two processes see them in different
 * orders, so it implies neither convergence nor monotonic reads; `checkCausalConvergence` is the stronger variant. Real
 * time is ignored. Time and memory are operations × processes. Throws an Error if two writes of a register write the
 * same value, or one writes null.
 */
export function checkCausal(operations: readonly Operation[]): CausalVerdict {
  return accuse(operations, (history) => {
    const found = causalViolation(history);
    return found instanceof CausalOrder ? undefined : found;
  });
}
