import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import { drawAgain } from "../../lib/course/grading/handlerCall.js";
import type { NodeId } from "../../lib/protocol.js";
import type { Raft, RaftMessage, RaftState, RequestVoteReply } from "../../lib/replication/raft/types.js";
import type { Cluster } from "../../lib/sim/cluster.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import { lastVotes } from "./22-vote.excerpt.js";
import { clusterOf, drive, duration, mostCalls, question, wrongWith, type RunCall, type Scenario } from "./22-vote.rig.js";

/** What a run must never show, and what it must show. */
export type Property = "one leader a term" | "leaders up to date" | "somebody is elected";

/** How a run ended. */
export interface RunVerdict {
  /** The first violation of each property that was violated. */
  readonly violations: ReadonlyMap<Property, Violation>;
  /** Elections won. */
  readonly elections: number;
  /** The run in words, and what a picture shows of it, if asked for. */
  readonly transcript?: string;
  readonly excerpt?: RunExcerpt | undefined;
}

export interface Violation {
  /** What went wrong, in a sentence. */
  readonly message: string;
  /** Events until then. */
  readonly events: number;
}

/**
 * Runs the same scenario once more, here, with what the answer's handler did in each of its calls, and looks for
 * violations. Only this run counts: nothing that the answer's process says of itself is believed. To tell the run, it
 * is stopped at the violation of one property.
 */
export function judgeRun(scenario: Scenario, calls: readonly RunCall[], tell?: Property): RunVerdict {
  let next = 0;
  let failed: string | undefined;
  const history: History = { leaders: new Map(), leading: new Map(), votes: [], crashes: [] };
  const cluster = clusterOf(
    scenario,
    (state, from, request, context) => {
      const asked = question(state, from, request, context);
      const recorded = calls[next++];
      const call = recorded?.asked === asked ? recorded : { asked, state, effects: [], draws: 0, failed: "did not do the same when the run was repeated" };
      drawAgain(call, context);
      const wrong = next > mostCalls ? `was asked more than ${mostCalls} times in one run, so the messages it sends must multiply` : wrongWith(call);
      if (wrong !== undefined) failed = `Your handler ${wrong}: at ${ms(context.now)}, when node ${context.self} was asked by node ${from} for its vote in term ${request.term}.`;
      else {
        const { currentTerm: term } = call.state as RaftState;
        for (const effect of call.effects) if (effect.type === "send" && isGrant(effect.message, term)) history.votes.push({ voter: context.self, candidate: effect.to, term, time: context.now });
      }
      return call;
    },
    tell !== undefined,
  );
  const violations = new Map<Property, Violation>();
  const note = (property: Property, message: string): void => {
    if (!violations.has(property)) violations.set(property, { message, events: cluster.events });
  };
  drive(cluster, scenario, () => {
    if (failed !== undefined) for (const property of ["one leader a term", "leaders up to date", "somebody is elected"] as const) note(property, failed);
    else lookForLeaders(cluster, history, note);
    return failed !== undefined || (tell !== undefined && violations.has(tell)) || (scenario.kind === "calm" && history.leaders.size > 0);
  });
  if (history.leaders.size === 0) {
    const given = history.votes.length === 0 ? "not one vote was given" : history.votes.length === 1 ? "1 vote was given" : `${history.votes.length} votes were given`;
    note("somebody is elected", `Within ${duration[scenario.kind] / 1000} s nobody was elected, although all 5 nodes were up and 95 % of their messages arrived; ${given}.`);
  }
  return { violations, elections: history.leaders.size, ...(tell === undefined ? {} : { transcript: describeRun(cluster), excerpt: lastVotes(cluster.trace!) }) };
}

interface History {
  /** Who led each term first, and of which term it was the leader before, if it came from there without an election. */
  readonly leaders: Map<number, { readonly node: NodeId; readonly before: number | undefined }>;
  /** The term that each present leader leads. */
  readonly leading: Map<NodeId, number>;
  readonly votes: Vote[];
  readonly crashes: { readonly node: NodeId; readonly time: number }[];
}

interface Vote {
  readonly voter: NodeId;
  readonly candidate: NodeId;
  readonly term: number;
  readonly time: number;
}

const isGrant = (message: unknown, term: number): boolean => {
  const reply = message as RequestVoteReply;
  return reply.type === "RequestVoteReply" && reply.voteGranted === true && reply.term === term;
};

/** Looks at every node after an event. */
function lookForLeaders(cluster: Cluster<Raft>, history: History, note: (property: Property, message: string) => void): void {
  const { leaders, leading, crashes } = history;
  for (const { id, up, state } of cluster.nodes) {
    if (!up && crashes.findLast(({ node }) => node === id)?.time !== cluster.now) crashes.push({ node: id, time: cluster.now });
    if (!up || state.role !== "leader") {
      leading.delete(id);
      continue;
    }
    const before = leading.get(id);
    if (before === state.currentTerm) continue;
    leading.set(id, state.currentTerm);
    const other = leaders.get(state.currentTerm);
    if (other === undefined) leaders.set(state.currentTerm, { node: id, before });
    else if (other.node !== id) {
      const stayed = [{ node: id, before }, other].find((one) => one.before !== undefined);
      const why = stayed === undefined ? whoVotedTwice(state.currentTerm, [id, other.node], history) : `: node ${stayed.node} was the leader of term ${stayed.before}, heard of the newer term, and did not step down`;
      note("one leader a term", `At ${ms(cluster.now)} nodes ${Math.min(other.node, id)} and ${Math.max(other.node, id)} are both leaders of term ${state.currentTerm}${why}.`);
    }
    const ahead = cluster.nodes.filter((node) => isAhead(node.state, state)).map((node) => node.id);
    if (before === undefined && 2 * ahead.length >= cluster.nodes.length) {
      const behind = ahead.map((node) => `${node} (${inLog(cluster.nodes[node]!.state)})`).join(", ");
      note("leaders up to date", `At ${ms(cluster.now)} node ${id} was elected leader of term ${state.currentTerm} with a log (${inLog(state)}) that is behind those of nodes ${behind}. They are a majority, so at least one of them voted for a log that is behind its own.`);
    }
  }
}

/** Which vote made a second leader of a term possible, as the end of a sentence. */
function whoVotedTwice(term: number, pair: readonly NodeId[], { votes, crashes }: History): string {
  const inTerm = votes.filter((vote) => vote.term === term && pair.includes(vote.candidate));
  for (const second of inTerm) {
    const first = inTerm.find((vote) => vote.voter === second.voter && vote.candidate !== second.candidate && vote.time <= second.time);
    if (first === undefined) continue;
    const crashed = crashes.some(({ node, time }) => node === second.voter && time > first.time && time <= second.time);
    return `: node ${first.voter} voted for ${first.candidate} at ${ms(first.time)} and for ${second.candidate} at ${ms(second.time)}${crashed ? ", having forgotten its first vote in a crash between" : ""}`;
  }
  const own = inTerm.find((vote) => pair.includes(vote.voter));
  return own === undefined ? "" : `: node ${own.voter} was a candidate itself, so its vote was its own, and yet it voted for ${own.candidate} at ${ms(own.time)}`;
}

const lastTerm = (state: RaftState): number => state.log.at(-1)?.term ?? 0;
const isAhead = (one: RaftState, other: RaftState): boolean => lastTerm(one) > lastTerm(other) || (lastTerm(one) === lastTerm(other) && one.log.length > other.log.length);
const inLog = (state: RaftState): string => (state.log.length === 0 ? "empty" : `${state.log.length} ${state.log.length === 1 ? "entry" : "entries"}, the last of term ${lastTerm(state)}`);
const ms = (time: number): string => `${time.toFixed(1)} ms`;

/** What has to do with elections in a run, a line an event. */
function describeRun(cluster: Cluster<Raft>): string {
  return [...cluster.trace!].flatMap((event) => describeEvent(event) ?? []).join("\n");
}

function describeEvent(event: TraceEvent): string | undefined {
  const at = `${event.time.toFixed(1).padStart(8)} ms  node ${event.node}`;
  switch (event.kind) {
    case "start":
      return undefined;
    case "crash":
      return `${at} crashes`;
    case "restart":
      return `${at} restarts`;
    case "role":
      return `${at} is now a ${event.role}`;
    case "save":
      return `${at} saves ${JSON.stringify((event.value as { stored: unknown }).stored)}`;
    case "timer":
      return event.timer === "election" ? `${at} has waited long enough for a leader` : undefined;
    case "deliver":
      return aboutVotes(event.message, (words) => `${at} hears from ${event.from}: ${words}`);
    case "drop":
      return aboutVotes(event.message, (words) => `${at} never hears from ${event.from}: ${words}`);
    case "send":
      return (event.message as RaftMessage).type === "RequestVoteReply" ? aboutVotes(event.message, (words) => `${at} answers ${event.to}: ${words}`) : undefined;
    default:
      return undefined;
  }
}

function aboutVotes(message: unknown, line: (words: string) => string): string | undefined {
  const vote = message as RaftMessage;
  if (vote.type === "RequestVote") return line(`vote for me in term ${vote.term}; my log has ${vote.lastLogIndex} entries, the last of term ${vote.lastLogTerm}`);
  if (vote.type === "RequestVoteReply") return line(vote.voteGranted ? `you have my vote in term ${vote.term}` : `no; I am in term ${vote.term}`);
  return undefined;
}
