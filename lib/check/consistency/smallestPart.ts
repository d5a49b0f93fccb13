import type { Operation } from "../history.js";
import { registerHistory, type Access } from "./registerHistory.js";

/**
 * Removes operations from a history as long as it still breaks a promise, until none can be removed. A write stays while
 * somebody reads its value: without it the read would be wrong for another reason. `breaks` must be monotone (what
 * contains a part that breaks the promise breaks it too); then no smaller part of the result breaks it.
 *
 * Halves, quarters and so on are tried before single operations, so that a large history costs few calls. Ends early,
 * with what it has by then, once `goOn` says no; default: never.
 */
export function smallestPart(operations: readonly Operation[], breaks: (part: readonly Operation[]) => boolean, goOn = () => true): readonly Operation[] {
  let part = registerHistory(operations).accesses;
  let size = Math.max(1, part.length >> 1);
  for (;;) {
    let removed = false;
    for (let start = 0; start < part.length && goOn(); ) {
      const rest = without(part, start, start + size);
      if (rest.length < part.length && breaks(rest.map(({ operation }) => operation))) {
        part = rest;
        removed = true;
      } else start += size;
    }
    if (size > 1) size >>= 1;
    else if (!removed || !goOn()) return part.map(({ operation }) => operation);
  }
}

/** The accesses without those from `start` up to `end`, except writes whose value is still read. */
function without(part: readonly Access[], start: number, end: number): readonly Access[] {
  const outside = (place: number) => place < start || place >= end;
  const read = new Set(part.filter((access, place) => access.reads && outside(place)).map(({ version }) => version));
  return part.filter((access, place) => outside(place) || (!access.reads && read.has(access.version)));
}
