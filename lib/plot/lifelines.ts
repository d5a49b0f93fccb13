import type { NodeId } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";

/** A stretch of time in which a node was up and its role, if the run's probe tells one, did not change. */
export interface Stretch {
  readonly node: NodeId;
  readonly from: number;
  readonly to: number;
  readonly role: string | null;
}

/**
 * When each node was up, and in which role, between `from` and `to` (ms). A node of which no event tells that it
 * started was up from the beginning, unless the first that is heard of it is its restart.
 */
export function lifelines(events: readonly TraceEvent[], nodes: readonly NodeId[], from: number, to: number): Stretch[] {
  const result: Stretch[] = [];
  const clipped = (node: NodeId, since: number, until: number, role: string | null) => {
    const stretch = { node, from: Math.max(since, from), to: Math.min(until, to), role };
    if (stretch.from < stretch.to) result.push(stretch);
  };
  for (const node of nodes) {
    const own = events.filter((event) => event.node === node && (event.kind === "start" || event.kind === "crash" || event.kind === "restart" || event.kind === "role"));
    const first = own.find((event) => event.kind !== "role");
    let since: number | null = first === undefined || first.kind === "crash" ? -Infinity : null;
    let role: string | null = null;
    for (const event of own) {
      if (since !== null) clipped(node, since, event.time, role);
      since = event.kind === "crash" ? null : event.time;
      role = event.kind === "role" ? event.role : null;
    }
    if (since !== null) clipped(node, since, Infinity, role);
  }
  return result;
}

/** The nodes of a trace: as told, or all that an event names, from 0 up. */
export function nodesOf(events: readonly TraceEvent[], nodes: readonly NodeId[] | undefined): readonly NodeId[] {
  if (nodes !== undefined) return nodes;
  let size = 1;
  for (const event of events) size = Math.max(size, event.node + 1, event.kind === "send" ? event.to + 1 : 0);
  return Array.from({ length: size }, (_, node) => node);
}

/** The window to draw, in ms: as told, or from the first event to a little after the last; never empty. */
export function windowOf(events: readonly TraceEvent[], from: number | undefined, to: number | undefined): { readonly from: number; readonly to: number } {
  const start = from ?? events[0]?.time ?? 0;
  const last = events.at(-1)?.time ?? start;
  const end = to ?? last + (last - start) * 0.03;
  if (from !== undefined && to !== undefined && !(from < to)) throw new RangeError(`Expected a window with \`from\` before \`to\`, not ${from} to ${to} ms.`);
  return { from: start, to: end > start ? end : start + 1 };
}
