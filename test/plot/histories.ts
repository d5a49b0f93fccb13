import type { HistoryEvent } from "../../lib/check/history.js";

export const event = (process: number | string, type: HistoryEvent["type"], f: string, value: unknown = null): HistoryEvent => ({ process, type, f, value });

/** Two writes at once; who reads later sees what was there before. */
export const stale: readonly HistoryEvent[] = [
  event(0, "invoke", "write", 1),
  event(0, "ok", "write", 1),
  event(0, "invoke", "write", 2),
  event(1, "invoke", "read"),
  event(1, "ok", "read", 2),
  event(2, "invoke", "read"),
  event(0, "ok", "write", 2),
  event(2, "ok", "read", 1),
];
