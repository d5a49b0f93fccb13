import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { RaftMessage } from "../../lib/replication/raft/types.js";
import type { TraceEvent } from "../../lib/sim/trace.js";

/**
 * What a picture shows of a run that failed: its last votes, at least 60 ms, from the campaign on that they belong to.
 * Nothing if nobody answered, or if so much happened that nobody could read it. What the answer's messages hold beside
 * a vote stays behind.
 */
export function excerptOf(run: Iterable<TraceEvent>): RunExcerpt | undefined {
  const trace = [...run].flatMap((event) => told(event) ?? []);
  const requests = trace.filter((event) => event.kind === "send" && typeOf(event) === "RequestVote");
  const end = trace.at(-1)?.time ?? 0;
  const last = requests.at(-1);
  if (last === undefined || !trace.some((event) => event.kind === "send" && typeOf(event) === "RequestVoteReply")) return undefined;
  let campaign = last.time;
  for (const request of requests.toReversed()) if (labelOf(request) === labelOf(last) && campaign - request.time < shortest) campaign = request.time;
  const from = Math.max(0, end - longest, Math.min(end - shortest, campaign - margin));
  const inside = new Set(trace.flatMap((event) => ("id" in event && event.time >= from ? [event.id] : [])));
  if (inside.size > most) return undefined;
  return { trace: trace.filter((event) => !("id" in event) || inside.has(event.id)), from, to: end + margin };
}

/** In ms. */
const shortest = 60;
const longest = 180;
const margin = 4;
const most = 80;

/** An event as the picture needs it, if it does: without what is in logs, on disks, and in messages about other things. */
function told(event: TraceEvent): TraceEvent | undefined {
  if (event.kind === "save" || event.kind === "output") return undefined;
  if (event.kind === "timer") return event.timer === "election" ? event : undefined;
  if (!("message" in event)) return event;
  const { type, term, ...rest } = event.message as RaftMessage;
  if (type === "RequestVote") return { ...event, message: { type, label: `vote in ${Number(term)}?` } };
  if (type === "RequestVoteReply") return { ...event, message: { type, label: "voteGranted" in rest && rest.voteGranted ? "yes" : "no" } };
  return undefined;
}

type Told = { readonly type: string; readonly label: string };
const typeOf = (event: TraceEvent): string | undefined => ("message" in event ? (event.message as Told).type : undefined);
const labelOf = (event: TraceEvent): string | undefined => ("message" in event ? (event.message as Told).label : undefined);
