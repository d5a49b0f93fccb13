import type { TraceEvent } from "../sim/trace.js";

/**
 * A trace in words, a line an event, for people to read: who did what, and when (ms). Messages appear where they arrive
 * or are lost, and where they are sent if they never get so far. The trace of a walk counts steps, not ms.
 */
export function transcript(events: Iterable<TraceEvent>, counting: "ms" | "steps" = "ms"): string[] {
  const all = [...events];
  const ended = new Set(all.flatMap((event) => (event.kind === "deliver" || event.kind === "drop" ? [event.id] : [])));
  const lines: string[] = [];
  for (const event of all) {
    const words = event.kind === "send" ? (ended.has(event.id) ? undefined : `sends ${show(event.message)} to node ${event.to}`) : inWords(event);
    if (words !== undefined) lines.push(`${counting === "ms" ? `${event.time.toFixed(1).padStart(9)} ms` : String(event.time).padStart(4)}  node ${event.node} ${words}`);
  }
  return lines;
}

function inWords(event: Exclude<TraceEvent, { kind: "send" }>): string | undefined {
  switch (event.kind) {
    case "start":
      return undefined;
    case "deliver":
      return `receives ${show(event.message)} from node ${event.from}`;
    case "drop":
      return `does not get ${show(event.message)} from node ${event.from}: ${event.reason === "down" ? "it is down" : event.reason === "cut" ? "the link is cut" : event.reason === "forged" ? "it is forged" : "lost"}`;
    case "timer":
      return `has its timer ${show(event.timer)} run out`;
    case "save":
      return writing(event.value);
    case "input":
      return `is asked ${show(event.value)}`;
    case "missed":
      return `is down and never hears ${show(event.value)}`;
    case "output":
      return `tells its client ${show(event.value)}`;
    case "role":
      return `is now ${event.role}`;
    case "restart":
      return `restarts${event.disk === "lost" ? " with an empty disk" : ""}`;
    case "crash":
      return "crashes";
    case "pause":
      return "is paused";
    case "resume":
      return "goes on";
  }
}

function writing(write: unknown): string {
  const { kind, stored, entries, length, count, snapshot } = write as { kind?: string; stored?: unknown; entries?: readonly unknown[]; length?: number; count?: number; snapshot?: unknown };
  if (kind === "compact") return `puts ${show(snapshot)} in the place of the first ${count} entries of its log`;
  if (kind === "save") return `writes ${show(stored)}`;
  return kind === "append" ? `appends ${entries!.map(show).join(", ")} to its log` : `cuts its log to ${length} entries`;
}

/** Plain data in one line: `RequestVote(term 2, lastLogIndex 0)` for what has a type, JSON for the rest. */
export function show(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const { type, kind, ...fields } = value as Record<string, unknown>;
  const name = typeof type === "string" ? type : typeof kind === "string" ? kind : undefined;
  const inside = Object.entries(fields).map(([field, inner]) => `${field} ${show(inner)}`);
  return name === undefined ? `{${inside.join(", ")}}` : inside.length > 0 ? `${name}(${inside.join(", ")})` : name;
}
