import type { Context, NodeId } from "../../protocol.js";
import type { Machine, Request } from "../service/machine.js";
import { applyOnce } from "../service/sessions.js";
import { membersOf, reachedByQuorum } from "./configuration.js";
import { entryAt, lastIndex, snapshotIndex, termAt } from "./log.js";
import type { Members } from "./membership.js";
import { type AppendEntries, type Appended, type Conflict, type FollowerProgress, type InstallSnapshot, type ReplicatedRaft, type ReplicatedState, type RequestEntry, unknownProgress } from "./replicatedTypes.js";
import { snapshots } from "./snapshots.js";
import type { HeartbeatReply } from "./types.js";

/** How a Raft cluster replicates its log. */
export interface ReplicationOptions<State, Command, Result> {
  /** What is replicated. */
  readonly machine: Machine<State, Command, Result>;
  /** The most entries in one message. Default 64. */
  readonly batch?: number;
  /** The most messages with entries that a leader sends a follower ahead of its answers. Default 8. */
  readonly inFlight?: number;
  /** After how many entries a node puts a snapshot in their place. Default: never. */
  readonly snapshotAfter?: number;
  /** How many entries stay in the log although a snapshot could stand for them, so that a follower that is a little behind is sent these. Default 0. */
  readonly trailing?: number;
}

/** What else is done when the log moves on. */
export interface Attendants<State, Command, Result> {
  /** More is known to be committed, and has been carried out. */
  committed(state: ReplicatedState<State, Command, Result>, context: Context<ReplicatedRaft<State, Command, Result>>): void;
  /** A follower has answered this leader. */
  heard(state: ReplicatedState<State, Command, Result>, from: NodeId, reply: Appended | Conflict, context: Context<ReplicatedRaft<State, Command, Result>>): void;
}

/**
 * Log replication (Ongaro and Ousterhout 2014, §5.3, §5.4.2 and §7): the leader's log is made everybody's, what a majority
 * has is committed, and what is committed is carried out, in the order of the log. Throws a `RangeError` for limits below 1 (`trailing`: below 0).
 */
export function replication<S, C, R>({ machine, batch = 64, inFlight = 8, snapshotAfter = Infinity, trailing = 0 }: ReplicationOptions<S, C, R>, members: Members, attendants: Attendants<S, C, R>) {
  for (const [name, limit] of Object.entries({ batch, inFlight, ...(snapshotAfter !== Infinity && { snapshotAfter }) })) if (!(Number.isInteger(limit) && limit >= 1)) throw new RangeError(`${name}: expected an integer from 1, not ${limit}`);
  if (!(Number.isInteger(trailing) && trailing >= 0)) throw new RangeError(`trailing: expected an integer from 0, not ${trailing}`);

  type State = ReplicatedState<S, C, R>;
  type NodeContext = Context<ReplicatedRaft<S, C, R>>;
  const { takeSnapshot, install } = snapshots<S, C, R>(members, { snapshotAfter, trailing });

  /** A leader begins its term with an empty entry: what is committed of older terms shows once that is committed (§8). */
  function elected(state: State, context: NodeContext): void {
    state.asked = {};
    state.progress = Array.from({ length: context.size }, () => unknownProgress(lastIndex(state) + 1));
    append(state, { term: state.currentTerm, command: null }, context);
  }

  /** A client asks the leader: its command goes into the log, and is answered when it has been carried out. */
  function onRequest(state: State, { client, serial, command }: Request<C>, context: NodeContext): void {
    const last = state.sessions.last[client];
    if (last?.serial === serial) return context.output({ type: "answer", client, serial, result: last.result });
    if (last && last.serial > serial) return;
    if (state.role !== "leader" || state.transferee !== null) return context.output({ type: "refused", client, serial, leader: state.transferee ?? state.leader });
    if (state.asked[client] === serial) return;
    state.asked[client] = serial;
    propose(state, { term: state.currentTerm, command: { client, serial, command } }, context);
  }

  /** A leader adds an entry to its log, and sends it to whoever may be sent something. */
  function propose(state: State, entry: RequestEntry<C>, context: NodeContext): void {
    append(state, entry, context);
    for (const peer of membersOf(state.configuration)) if (peer !== context.self) sendTo(state, peer, context);
  }

  function append(state: State, entry: RequestEntry<C>, context: NodeContext): void {
    state.log.push(entry);
    if (entry.configuration) members.useLatest(state, context.size);
    context.append([entry]);
    // Leaves when the entry is on disk: only then does the leader count itself.
    context.send(context.self, { type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex: lastIndex(state) });
  }

  /** At every heartbeat each follower hears of the log, also if nothing new is in it: so a loss is noticed. What was waited for is sent again. */
  function sendAppendEntries(state: State, context: NodeContext): void {
    for (const progress of state.progress) progress.waiting = false;
    speak(state, context);
  }

  /** Each follower hears of the log at once, but for one that is on its way to a snapshot. */
  function speak(state: State, context: NodeContext): void {
    for (const peer of membersOf(state.configuration)) if (peer !== context.self && !sendTo(state, peer, context) && state.progress[peer]!.mode !== "snapshot") sendEntries(state, peer, 0, context);
  }

  /** Sends a follower what it lacks, as far as the flow control lets it; returns whether anything was sent. */
  function sendTo(state: State, peer: NodeId, context: NodeContext): boolean {
    const progress = state.progress[peer]!;
    if (progress.next <= snapshotIndex(state)) Object.assign(progress, { mode: "snapshot", inFlight: [] });
    if (progress.mode !== "replicate") {
      if (progress.waiting) return false;
      progress.waiting = true;
      if (progress.mode === "probe") sendEntries(state, peer, batch, context);
      else context.send(peer, { type: "InstallSnapshot", term: state.currentTerm, snapshot: state.snapshot! });
      return true;
    }
    let sent = false;
    for (; progress.next <= lastIndex(state) && progress.inFlight.length < inFlight; sent = true) {
      progress.next += sendEntries(state, peer, batch, context);
      progress.inFlight.push(progress.next - 1);
    }
    return sent;
  }

  /** Sends at most so many entries from where the follower is thought to stand; returns how many. */
  function sendEntries(state: State, peer: NodeId, most: number, context: NodeContext): number {
    const { next } = state.progress[peer]!;
    const from = next - 1 - snapshotIndex(state);
    const entries = state.log.slice(from, from + most);
    const message: AppendEntries<C> = { type: "AppendEntries", term: state.currentTerm, prevLogIndex: next - 1, prevLogTerm: termAt(state, next - 1)!, entries, leaderCommit: state.commitIndex };
    context.send(peer, state.round > 0 ? { ...message, round: state.round } : message);
    return entries.length;
  }

  function onAppendEntries(state: State, from: NodeId, message: AppendEntries<C>, context: NodeContext): void {
    const { prevLogIndex, prevLogTerm, entries, leaderCommit, round } = message;
    const answer = (reply: Appended | Conflict) => context.send(from, round === undefined ? reply : { ...reply, round });
    // What a snapshot stands for is committed: there every leader's log is the same.
    const known = Math.max(0, snapshotIndex(state) - prevLogIndex);
    if (known === 0 && termAt(state, prevLogIndex) !== prevLogTerm) return answer({ type: "AppendEntriesReply", term: state.currentTerm, success: false, prevLogIndex, ...conflictAt(state, prevLogIndex) });
    adopt(state, prevLogIndex + known, known === 0 ? entries : entries.slice(known), context);
    const matchIndex = prevLogIndex + entries.length;
    // What lies beyond the leader's entries may be another leader's: it is not known to be committed.
    commit(state, Math.min(leaderCommit, matchIndex), context);
    answer({ type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex });
  }

  /** Takes the leader's entries over: only an entry of another term at the same index, and what follows it, makes room. */
  function adopt(state: State, prevLogIndex: number, entries: AppendEntries<C>["entries"], context: NodeContext): void {
    let known = 0;
    while (known < entries.length && entries[known]!.term === termAt(state, prevLogIndex + 1 + known)) known++;
    if (known === entries.length) return;
    const kept = prevLogIndex + known - snapshotIndex(state);
    const added = known === 0 ? entries : entries.slice(known);
    if (kept < state.log.length) {
      state.log.length = kept;
      context.truncate(kept);
    }
    state.log.push(...added);
    context.append(added);
    if (state.configurationIndex >= prevLogIndex + known + 1 || added.some(({ configuration }) => configuration)) members.useLatest(state, context.size);
  }

  /** A follower so far behind that its leader's log begins later takes over what stands for the beginning. */
  function onInstallSnapshot(state: State, from: NodeId, { snapshot }: InstallSnapshot<S, R>, context: NodeContext): void {
    if (snapshot.index > state.commitIndex) {
      install(state, snapshot, context);
      attendants.committed(state, context);
    }
    context.send(from, { type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex: Math.max(snapshot.index, state.commitIndex) });
  }

  function onAppendEntriesReply(state: State, from: NodeId, reply: HeartbeatReply, context: NodeContext): void {
    const progress = state.progress[from]!;
    if (reply.success) onAppended(state, progress, reply as Appended, context);
    else if ("prevLogIndex" in reply) onConflict(state, progress, reply as Conflict);
    if (state.role !== "leader") return;
    attendants.heard(state, from, reply as Appended | Conflict, context);
    if (from !== context.self && membersOf(state.configuration).includes(from)) sendTo(state, from, context);
  }

  function onAppended(state: State, progress: FollowerProgress, { matchIndex }: Appended, context: NodeContext): void {
    progress.waiting = false;
    while (progress.inFlight.length > 0 && progress.inFlight[0]! <= matchIndex) progress.inFlight.shift();
    if (matchIndex > progress.match) progress.match = matchIndex;
    if (progress.mode !== "replicate" && progress.match >= snapshotIndex(state)) {
      progress.mode = "replicate";
      progress.next = progress.match + 1;
    }
    if (progress.match > state.commitIndex) advanceCommit(state, context);
  }

  /** Goes back by a term at a time: to after the leader's own last entry of the conflicting term, or before the follower's first. */
  function onConflict(state: State, progress: FollowerProgress, { prevLogIndex, conflictTerm, conflictIndex }: Conflict): void {
    // An answer to something older: meanwhile the logs are known to agree there, or something else was tried.
    if (prevLogIndex <= progress.match || (progress.mode !== "replicate" && prevLogIndex !== progress.next - 1)) return;
    const place = conflictTerm === null ? -1 : state.log.findLastIndex(({ term }) => term === conflictTerm);
    const afterOwn = snapshotIndex(state) + place + 2;
    const next = place >= 0 && afterOwn <= prevLogIndex ? afterOwn : conflictIndex;
    Object.assign(progress, { mode: "probe", next: Math.max(next, progress.match + 1), waiting: false, inFlight: [] });
  }

  /** What a majority has is committed, but only from an entry of the leader's own term on: older ones may still be replaced (§5.4.2, Figure 8). */
  function advanceCommit(state: State, context: NodeContext): void {
    const index = reachedByQuorum(state.configuration, (node) => state.progress[node]!.match);
    if (termAt(state, index) === state.currentTerm) commit(state, index, context);
  }

  function commit(state: State, index: number, context: NodeContext): void {
    if (index <= state.commitIndex) return;
    state.commitIndex = index;
    while (state.lastApplied < index) applyNext(state, context);
    takeSnapshot(state, context);
    attendants.committed(state, context);
  }

  function applyNext(state: State, context: NodeContext): void {
    const { command, configuration } = entryAt(state, ++state.lastApplied)!;
    if (configuration) context.output({ type: "configuration", configuration, index: state.lastApplied });
    if (!command) return;
    const result = applyOnce(machine, state.sessions, command);
    const { client, serial } = command;
    if (state.asked[client] !== serial) return;
    delete state.asked[client];
    if (result !== undefined) context.output({ type: "answer", client, serial, result });
  }

  return { elected, onRequest, propose, sendAppendEntries, speak, onAppendEntries, onInstallSnapshot, onAppendEntriesReply };
}

/** Where a follower's log leaves the leader's: the first entry of the conflicting term, or the first one that is missing. */
function conflictAt(state: ReplicatedState<unknown, unknown, unknown>, prevLogIndex: number): Pick<Conflict, "conflictTerm" | "conflictIndex"> {
  const conflictTerm = termAt(state, prevLogIndex);
  if (conflictTerm === undefined) return { conflictTerm: null, conflictIndex: lastIndex(state) + 1 };
  return { conflictTerm, conflictIndex: snapshotIndex(state) + state.log.findIndex(({ term }) => term === conflictTerm) + 1 };
}
