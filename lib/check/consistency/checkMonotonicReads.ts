import type { Operation } from "../history.js";
import { accuse } from "./accuse.js";
import type { Access } from "./registerHistory.js";
import { VersionOrder, type SessionOptions } from "./versionOrder.js";
import type { Verdict } from "./verdict.js";

/**
 * Monotonic reads (Terry and others, PDIS 1994): a process that has read a version of a register never reads an older one
 * later. Exactly: each register's versions, the initial one first, can be put into one order that agrees with
 * `versions` and in which no process's later read finds an older version than an earlier one.
 *
 * Limits: register by register. Of the other two guarantees of that paper, monotonic writes and writes follow reads, a
 * single register shows nothing; across registers they are part of causal consistency. Throws an Error if two writes of
 * a register write the same value, or one writes null.
 */
export function checkMonotonicReads(operations: readonly Operation[], options: SessionOptions = {}): Verdict {
  return accuse(operations, (history) => {
    const order = new VersionOrder(history, options);
    for (const { accesses } of history.sessions) {
      const latest = new Map<number, Access>();
      for (const read of accesses) {
        if (!read.reads) continue;
        const before = latest.get(read.register);
        if (before && before.version !== read.version) order.precede(before.version, read.version, [before, read]);
        latest.set(read.register, read);
      }
    }
    return order.contradiction("no order of the versions lets every process read ever newer ones");
  });
}
