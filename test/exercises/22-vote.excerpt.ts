import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { RaftMessage } from "../../lib/replication/raft/types.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import { excerptOf, type Teller } from "./excerpt.js";

/**
 * What a picture shows of a run that failed: its last votes, at least 60 ms, from the campaign on that they belong to.
 * Nothing if nobody answered, or if so much happened that nobody could read it. What the answer's messages hold beside
 * a vote stays behind.
 */
export function lastVotes(run: Iterable<TraceEvent>): RunExcerpt | undefined {
  const events = [...run];
  const whole = excerptOf(events, { from: 0, to: Infinity, tell }).trace;
  const requests = whole.filter((event) => event.kind === "send" && typeOf(event) === "RequestVote");
  const to = whole.at(-1)?.time ?? 0;
  const last = requests.at(-1);
  if (last === undefined || !whole.some((event) => event.kind === "send" && typeOf(event) === "RequestVoteReply")) return undefined;
  let campaign = last.time;
  for (const request of requests.toReversed()) if (labelOf(request) === labelOf(last) && campaign - request.time < shortest) campaign = request.time;
  const shown = excerptOf(events, { from: Math.max(0, to - longest, Math.min(to - shortest, campaign - margin)), to, tell });
  const messages = new Set(shown.trace.flatMap((event) => ("id" in event ? [event.id] : [])));
  return messages.size > most ? undefined : shown;
}

/** In ms. */
const shortest = 60;
const longest = 180;
const margin = 4;
const most = 80;

const tell: Teller = (sent) => {
  const { type, term, ...rest } = sent as RaftMessage;
  if (type === "RequestVote") return { type, label: `vote in ${Number(term)}?` };
  if (type === "RequestVoteReply") return { type, label: "voteGranted" in rest && rest.voteGranted ? "yes" : "no" };
  return undefined;
};

type Told = { readonly type: string; readonly label: string };
const typeOf = (event: TraceEvent): string | undefined => ("message" in event ? (event.message as Told).type : undefined);
const labelOf = (event: TraceEvent): string | undefined => ("message" in event ? (event.message as Told).label : undefined);
