import type { InputOf, Types } from "../protocol.js";
import type { TraceEvent } from "../sim/trace.js";
import type { Rehearsal } from "./rehearsal.js";
import { type Cue, PLAIN } from "./scene.js";

/** The steps of a run that was played. */
export function cuesOf<T extends Types>(rehearsal: Rehearsal<T>, trace: readonly TraceEvent[]): Cue[] {
  const lastDelivery = new Map<number, number>();
  trace.forEach((event, i) => event.kind === "deliver" && lastDelivery.set(event.id, i));
  let cues: Cue[] = [];
  for (const [i, event] of trace.entries()) {
    const { node } = event;
    if (event.kind === "deliver") cues.push({ ...PLAIN, kind: lastDelivery.get(event.id) === i ? "deliver" : "duplicate", node, argument: rehearsal.message(event.from, node, event.message) });
    else if (event.kind === "timer") cues.push({ ...PLAIN, kind: "timer", node, argument: rehearsal.timer(event.timer) });
    else if (event.kind === "input") cues.push({ ...PLAIN, kind: "input", node, argument: rehearsal.input(event.value as InputOf<T>) });
    else if (event.kind === "restart") cues.push({ ...PLAIN, kind: event.disk === "lost" ? "restart lost" : "restart", node });
    else if (event.kind === "crash") cues = crashed(cues, event);
  }
  return cues;
}

/** Handlers that a crash found waiting for the disk did nothing that anybody saw; of the first, some writes may be there. */
function crashed(cues: readonly Cue[], { node, lost = 0, torn = 0 }: TraceEvent & { kind: "crash" }): Cue[] {
  const own = cues.filter((cue) => cue.node === node && cue.kind !== "crash" && !cue.kind.startsWith("restart"));
  const waiting = lost > 0 ? own.slice(-lost) : [];
  const rest = cues.filter((cue) => !waiting.includes(cue) || (torn > 0 && cue === waiting[0]));
  if (torn === 0 || waiting.length === 0) return [...rest, { ...PLAIN, kind: "crash", node }];
  return rest.map((cue) => (cue === waiting[0] ? { ...cue, crashAfter: torn } : cue));
}
