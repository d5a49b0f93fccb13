import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { NodeId, Types } from "../../lib/protocol.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import type { StageVerdict } from "./judgeStage.js";

/** How a message is told in a picture: its type, and a label of a few words; undefined: not at all. */
export type Teller = (message: unknown) => { readonly type: string; readonly label: string } | undefined;

/**
 * What a picture shows of a run that failed: its last moments, as far back as they can be read. Where too much happened
 * at once, the messages of the node on which it failed. Nothing if no message can be told.
 */
export function lastMoments({ cluster, witnesses }: Pick<StageVerdict<Types>, "cluster" | "witnesses">, tell: Teller): RunExcerpt | undefined {
  const end = cluster.now;
  const begin = Math.max(0, end - longest);
  const all = excerptOf(cluster.trace!, { from: begin, to: end, tell });
  const sent = ({ trace }: RunExcerpt) => trace.filter((event) => event.kind === "send");
  if (sent(all).length === 0) return undefined;
  const last = witnesses.at(-1)?.node;
  const shown = sent(all).length <= most || last === undefined ? all : excerptOf(cluster.trace!, { from: begin, to: end, tell, of: last });
  const first = Math.max(begin, sent(shown).at(-most)?.time ?? begin, Math.min(end - shortest, (sent(shown)[0]?.time ?? begin) - margin));
  return excerptOf(cluster.trace!, { from: first, to: end, tell, ...(shown === all || last === undefined ? {} : { of: last }) });
}

/** In ms. */
const shortest = 40;
const longest = 120;
const margin = 4;
/** Messages. */
const most = 30;

/** What a picture shows of a run between two moments, ms: messages that were on their way then, with `of` only those that this node sent or was sent. */
export function excerptOf(run: Iterable<TraceEvent>, { from, to, tell, of }: { readonly from: number; readonly to: number; readonly tell: Teller; readonly of?: NodeId }): RunExcerpt {
  const trace = [...run].flatMap((event) => (event.time > to ? [] : (told(event, tell, of) ?? [])));
  const inside = new Set(trace.flatMap((event) => ("id" in event && event.time >= from ? [event.id] : [])));
  return { trace: trace.filter((event) => !("id" in event) || inside.has(event.id)), from, to: to + margin };
}

/** An event as the picture needs it, if it does: without what is on disks, what clients ask and hear, and what a message holds beside its label. */
function told(event: TraceEvent, tell: Teller, of: NodeId | undefined): TraceEvent | undefined {
  if (event.kind === "save" || event.kind === "output" || event.kind === "input" || event.kind === "missed") return undefined;
  if (event.kind === "timer") return event.timer === "election" ? event : undefined;
  if (!("message" in event)) return event;
  const other = event.kind === "send" ? event.to : event.from;
  if (other === event.node || (of !== undefined && of !== event.node && of !== other)) return undefined;
  const message = tell(event.message);
  return message && { ...event, message };
}
