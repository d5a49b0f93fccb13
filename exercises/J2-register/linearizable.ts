import type { Operation } from "leaderlab";

/**
 * Whether a history of one register, of at most eight operations, is linearizable: whether the operations could have
 * taken effect one after the other, each at a moment between its invocation and its answer. The register holds null at the
 * start.
 */
export function linearizable(operations: readonly Operation[]): boolean {
  return orderExists(null, operations);
}

/** Whether the operations that are `left` can take effect one after the other, in some order, on a register that holds `value`. */
function orderExists(value: unknown, left: readonly Operation[]): boolean {
  // TODO: try each operation that may come next. What of those that were never answered?
  throw new Error("orderExists is still to do");
}

/** Whether real time lets this operation be the next of those that are `left`. */
function mayComeNext(operation: Operation, left: readonly Operation[]): boolean {
  // TODO: which of the others must have come before it?
  throw new Error("mayComeNext is still to do");
}
