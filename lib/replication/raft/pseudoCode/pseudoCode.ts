import type { Context, NodeId, Protocol } from "../../../protocol.js";
import type { Machine, Request } from "../../service/machine.js";
import { applyOnce, beginSessions } from "../../service/sessions.js";
import { majority } from "../quorum.js";
import { isUpToDate, lastIndex, lastTerm, termAt } from "../log.js";
import type { AppendEntries, LogEntry, PseudoCode, PseudoCodeRule, PseudoCodeState, Reject, RequestVote, RequestVoteReply, Success } from "./types.js";

export interface PseudoCodeOptions<State, Command, Result> {
  /** What is replicated. */
  readonly machine: Machine<State, Command, Result>;
  /** The rules that are added to the pseudo-code. Default: none, it is as the survey prints it. */
  readonly rules?: readonly PseudoCodeRule[];
  /** Each timeout is drawn uniformly from this range, in ms. Default [150, 300]. */
  readonly timeout?: readonly [low: number, high: number];
  /** How long a leader waits for a majority before it sends again, in ms. Default: half the shortest timeout. */
  readonly resend?: number;
}

/**
 * The Raft of the survey's Appendix D, step by step as it is printed there, and what it lacks, each rule by itself:
 *
 * - `election trigger`: a node waits for a whole timeout in which it neither hears of a leader nor votes before it stands,
 *   and a leader speaks at every interval (§5.2). As printed, whoever is not the leader stands: at once, and at every timeout.
 * - `durable vote`: one vote a term, on disk with the term before it is given (§5.2, Figure 2)
 * - `up-to-date check`: no vote for a log that is behind one's own (§5.4.1)
 * - `step-down`: a higher term is adopted and makes a follower; a lower one is refused (§5.1)
 * - `conflict truncation`: entries go to their places, and a conflicting one makes room with all that follow it (§5.3)
 * - `nextIndex back-off`: to each follower from where it stands, which is found by going back (§5.3). As printed, all are
 *   sent the same: what is not committed yet.
 * - `leaderCommit`: followers are told what is committed (§5.3)
 * - `current term only`: replicas are counted for entries of the leader's own term alone (§5.4.2), and its first one is there to
 *   be counted (§8)
 *
 * Where the pseudo-code is silent and cannot mean otherwise, it is helped: a candidate adds one to its term (the survey's
 * Appendix E) and has its own vote, answers say what they answer, and logs are on disk. Throws a `RangeError` for times
 * that do not fit together. Sections are of Ongaro and Ousterhout, USENIX ATC 2014.
 */
export function pseudoCode<S, C, R>({ machine, rules = [], timeout: [low, high] = [150, 300], resend = low / 2 }: PseudoCodeOptions<S, C, R>): Protocol<PseudoCode<S, C, R>> {
  if (!(low >= 0 && high >= low && high > 0 && high < Infinity)) throw new RangeError(`expected a timeout [low, high] in ms with 0 ≤ low ≤ high and high above 0, not [${low}, ${high}]`);
  if (!(resend > 0 && resend < Infinity)) throw new RangeError(`expected an interval to send again of more than 0 ms, not ${resend}`);

  type State = PseudoCodeState<S, C, R>;
  type Own = Context<PseudoCode<S, C, R>>;
  const has = (rule: PseudoCodeRule) => rules.includes(rule);

  // Leader election, as printed.

  /** Step 1, for whoever does not lead; the survey says neither when nor after what. */
  function stand(state: State, context: Own): void {
    state.role = "candidate";
    // The next term, or by the rule `durable vote` the next in which it has not voted.
    state.currentTerm = Math.max(state.currentTerm, state.vote?.term ?? 0) + 1;
    state.votes = [context.self];
    if (has("durable vote")) giveVote(state, state.currentTerm, context.self, context);
    toOthers(context, { type: "RequestVote", term: state.currentTerm, lastLogIndex: lastIndex(state), lastLogTerm: lastTerm(state) });
    startTimer(context);
    if (state.votes.length >= majority(context.size)) lead(state, context);
  }

  /** Whoever is asked for a vote gives it: nothing is said of when not to. */
  function onRequestVote(state: State, from: NodeId, request: RequestVote, context: Own): void {
    const refused = (has("durable vote") && hasVotedOtherwise(state, from, request.term)) || (has("up-to-date check") && !isUpToDate(request, state)) || (has("step-down") && request.term < state.currentTerm);
    if (!refused && has("durable vote")) giveVote(state, request.term, from, context);
    if (!refused && has("election trigger") && state.role !== "leader") startTimer(context);
    context.send(from, { type: "RequestVoteReply", term: refused ? state.currentTerm : request.term, voteGranted: !refused });
  }

  /** Step 2, the votes are counted. */
  function onRequestVoteReply(state: State, from: NodeId, { term, voteGranted }: RequestVoteReply, context: Own): void {
    if (state.role !== "candidate" || term !== state.currentTerm || !voteGranted) return;
    if (!state.votes.includes(from)) state.votes.push(from);
    if (state.votes.length >= majority(context.size)) lead(state, context);
  }

  /** Steps 2.1 and 2.2: it is the leader, and tells all by AppendEntries. */
  function lead(state: State, context: Own): void {
    state.role = "leader";
    state.leaderId = context.self;
    state.votes = [];
    state.asked = [];
    state.confirmed = Array.from({ length: context.size }, () => 0);
    if (has("nextIndex back-off")) state.nextIndex = Array.from({ length: context.size }, () => lastIndex(state) + 1);
    if (has("current term only")) append(state, { term: state.currentTerm, command: null }, context);
    context.cancelTimer("election");
    sendToAll(state, context);
  }

  /** Step 3: with too few votes in time it begins again. */
  function onTimeout(state: State, context: Own): void {
    if (state.role !== "leader") stand(state, context);
  }

  function startTimer(context: Own): void {
    context.setTimer("election", low + (high - low) * context.random());
  }

  // Log replication, as printed.

  function append(state: State, entry: LogEntry<C>, context: Own): void {
    state.log.push(entry);
    context.append([entry]);
  }

  /** Step 1: to every follower the entries, the term, and what comes before them. */
  function sendToAll(state: State, context: Own): void {
    for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) sendTo(state, peer, context);
    context.setTimer("resend", resend);
  }

  function sendTo(state: State, peer: NodeId, context: Own): void {
    const prevLogIndex = has("nextIndex back-off") ? state.nextIndex[peer]! - 1 : state.commitIndex;
    context.send(peer, { type: "AppendEntries", term: state.currentTerm, prevLogIndex, prevLogTerm: termAt(state, prevLogIndex)!, entries: state.log.slice(prevLogIndex), leaderCommit: state.commitIndex });
  }

  /** Step 2: if what comes before fits, a follower adds the entries to its log and confirms; otherwise it refuses. */
  function onAppendEntries(state: State, from: NodeId, message: AppendEntries<C>, context: Own): void {
    const { term, prevLogIndex, prevLogTerm, entries, leaderCommit } = message;
    if (has("step-down") && term < state.currentTerm) return refuse(from, state.currentTerm, message, context);
    if (state.role === "leader") return;
    state.leaderId = from;
    if (has("step-down") || has("election trigger")) state.role = "follower";
    if (has("election trigger")) startTimer(context);
    if (termAt(state, prevLogIndex) !== prevLogTerm) return refuse(from, term, message, context);
    if (has("conflict truncation")) putInPlace(state, prevLogIndex, entries, context);
    else for (const entry of entries) append(state, entry, context);
    const matchIndex = prevLogIndex + entries.length;
    if (has("leaderCommit")) commit(state, Math.min(leaderCommit, matchIndex), context);
    context.send(from, { type: "AppendEntriesReply", success: true, term, matchIndex });
  }

  function refuse(leader: NodeId, term: number, { prevLogIndex }: AppendEntries<C>, context: Own): void {
    context.send(leader, { type: "AppendEntriesReply", success: false, term, prevLogIndex });
  }

  /** Step 3.1: enough confirmations, and the leader commits. */
  function onSuccess(state: State, from: NodeId, { term, matchIndex }: Success, context: Own): void {
    if (state.role !== "leader" || term !== state.currentTerm) return;
    state.confirmed[from] = Math.max(state.confirmed[from]!, matchIndex);
    if (has("nextIndex back-off")) state.nextIndex[from] = state.confirmed[from]! + 1;
    const confirmed = state.confirmed.map((index, node) => (node === context.self ? lastIndex(state) : index)).sort((a, b) => b - a);
    const index = confirmed[majority(context.size) - 1]!;
    if (has("current term only") && termAt(state, index) !== state.currentTerm) return;
    commit(state, index, context);
  }

  function commit(state: State, index: number, context: Own): void {
    state.commitIndex = Math.max(state.commitIndex, index);
    while (state.lastApplied < state.commitIndex) carryOut(state, state.log[state.lastApplied++]!, context);
  }

  function carryOut(state: State, { command }: LogEntry<C>, context: Own): void {
    if (!command) return;
    const result = applyOnce(machine, state.sessions, command);
    const place = state.asked.indexOf(nameOf(command));
    if (place < 0) return;
    state.asked.splice(place, 1);
    if (result !== undefined) context.output({ type: "answer", client: command.client, serial: command.serial, result });
  }

  /** Step 3.2: with too few it sends again; by the rule `election trigger` always, to be heard. */
  function onResend(state: State, context: Own): void {
    if (has("election trigger") || state.commitIndex < lastIndex(state)) sendToAll(state, context);
  }

  // What it lacks, where that takes more than a line.

  /** Rule `durable vote`: whether this node has voted in a newer term, or for another candidate in this one. */
  function hasVotedOtherwise({ vote }: State, candidate: NodeId, term: number): boolean {
    return vote !== null && (vote.term > term || (vote.term === term && vote.candidate !== candidate));
  }

  function giveVote(state: State, term: number, candidate: NodeId, context: Own): void {
    state.vote = { term, candidate };
    context.save({ currentTerm: state.currentTerm, vote: state.vote });
  }

  /** Rule `step-down`: whoever hears of a higher term goes over to it, as a follower. */
  function adoptTerm(state: State, term: number, context: Own): void {
    if (state.role === "leader") {
      context.cancelTimer("resend");
      startTimer(context);
    }
    state.role = "follower";
    state.leaderId = null;
    state.votes = [];
    state.currentTerm = term;
    if (has("durable vote")) context.save({ currentTerm: term, vote: state.vote });
  }

  /** Rule `conflict truncation`: entries that are there stay; the first that is another makes room, with all that follow it. */
  function putInPlace(state: State, prevLogIndex: number, entries: AppendEntries<C>["entries"], context: Own): void {
    const known = entries.findIndex(({ term }, i) => termAt(state, prevLogIndex + 1 + i) !== term);
    if (known < 0) return;
    if (prevLogIndex + known < lastIndex(state)) {
      state.log.length = prevLogIndex + known;
      context.truncate(prevLogIndex + known);
    }
    state.log.push(...entries.slice(known));
    context.append(entries.slice(known));
  }

  /** Rule `nextIndex back-off`: who refused is sent one entry more. Without it, the same again, when the leader next sends. */
  function onReject(state: State, from: NodeId, { term, prevLogIndex }: Reject, context: Own): void {
    if (!has("nextIndex back-off") || state.role !== "leader" || term !== state.currentTerm || prevLogIndex !== state.nextIndex[from]! - 1) return;
    state.nextIndex[from] = Math.max(state.confirmed[from]! + 1, prevLogIndex);
    sendTo(state, from, context);
  }

  return {
    init: (_self, _size, stored = { currentTerm: 0, vote: null }, log = []) => ({
      role: "follower",
      leaderId: null,
      ...stored,
      log: [...log],
      votes: [],
      confirmed: [],
      nextIndex: [],
      commitIndex: 0,
      lastApplied: 0,
      sessions: beginSessions(machine),
      asked: [],
    }),
    onStart: (state, context) => (has("election trigger") ? startTimer(context) : stand(state, context)),
    onTimer: (state, timer, context) => (timer === "election" ? onTimeout(state, context) : onResend(state, context)),
    onMessage(state, from, message, context) {
      if (has("step-down") && message.term > state.currentTerm) adoptTerm(state, message.term, context);
      switch (message.type) {
        case "RequestVote":
          return onRequestVote(state, from, message, context);
        case "RequestVoteReply":
          return onRequestVoteReply(state, from, message, context);
        case "AppendEntries":
          return onAppendEntries(state, from, message, context);
        case "AppendEntriesReply":
          return message.success ? onSuccess(state, from, message, context) : onReject(state, from, message, context);
      }
    },
    onInput(state, { client, serial, command }, context) {
      const last = state.sessions.last[client];
      if (last?.serial === serial) return context.output({ type: "answer", client, serial, result: last.result });
      if (last && last.serial > serial) return;
      if (state.role !== "leader") return context.output({ type: "refused", client, serial, leader: state.leaderId });
      if (state.asked.includes(nameOf({ client, serial }))) return;
      state.asked.push(nameOf({ client, serial }));
      append(state, { term: state.currentTerm, command: { client, serial, command } }, context);
      sendToAll(state, context);
    },
  };
}

const nameOf = ({ client, serial }: Pick<Request<unknown>, "client" | "serial">) => `${client}/${serial}`;

function toOthers<S, C, R>(context: Context<PseudoCode<S, C, R>>, message: RequestVote): void {
  for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, message);
}
