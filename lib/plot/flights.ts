import type { NodeId } from "../protocol.js";
import type { DropReason, TraceEvent } from "../sim/trace.js";

/** A message from its sending to its end: it arrived, it was lost, or it was still under way when the trace ended. */
export interface Flight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: unknown;
  /** When it was sent, ms. */
  readonly sent: number;
  /** When it arrived or was dropped, ms; null if the trace does not tell. */
  readonly ended: number | null;
  /** Why it never arrived; null if it did, or was under way. */
  readonly lost: DropReason | null;
}

/** The flights of a trace in order of sending; a message that arrives twice has two. */
export function flights(events: Iterable<TraceEvent>): Flight[] {
  const sent = new Map<number, { readonly send: TraceEvent & { kind: "send" }; readonly ends: (TraceEvent & { kind: "deliver" | "drop" })[] }>();
  for (const event of events) {
    if (event.kind === "send") sent.set(event.id, { send: event, ends: [] });
    else if (event.kind === "deliver" || event.kind === "drop") sent.get(event.id)?.ends.push(event);
  }
  const result: Flight[] = [];
  for (const { send, ends } of sent.values()) {
    const flight = { from: send.node, to: send.to, message: send.message, sent: send.time };
    if (ends.length === 0) result.push({ ...flight, ended: null, lost: null });
    for (const end of ends) result.push({ ...flight, ended: end.time, lost: end.kind === "drop" ? end.reason : null });
  }
  return result;
}

/** The median time that messages took to arrive, ms; `otherwise` if none did. */
export function typicalDelay(all: readonly Flight[], otherwise: number): number {
  const delays = all.flatMap(({ sent, ended, lost }) => (ended !== null && lost === null ? [ended - sent] : [])).sort((a, b) => a - b);
  return delays[delays.length >> 1] ?? otherwise;
}

/** What kind of message it is: its `type` if it has one, itself if it is a word. */
export function typeOf(message: unknown): string {
  if (typeof message === "string") return message;
  const type = typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
  return typeof type === "string" ? type : "message";
}
