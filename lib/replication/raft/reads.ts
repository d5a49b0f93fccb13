import type { Context, NodeId } from "../../protocol.js";
import type { Machine, Request } from "../service/machine.js";
import { reachedByQuorum } from "./configuration.js";
import { termAt } from "./log.js";
import type { PendingRead, ReadIndex, ReadIndexReply, ReplicatedRaft, ReplicatedState } from "./replicatedTypes.js";

/** How reads are answered without a place in the log. */
export interface ReadOptions {
  /**
   * `log`: a read is an entry like any other. `index`: the leader asks a quorum whether it still leads, and answers from
   * its machine (thesis §6.4). `lease`: it answers at once as long as nobody else can have been elected (§6.4.1); that
   * hangs on clocks that run at nearly the same rate and never jump, and on `checkQuorum`. `local`: whoever is asked answers
   * from its own machine, however far behind that may be. Default `log`.
   */
  readonly reads?: "log" | "index" | "lease" | "local";
  /** How long a quorum's word that it follows a leader lasts, ms on the leader's clock. Default: 0.9 of the lowest election timeout, for clocks whose rates differ by up to a tenth. */
  readonly lease?: number;
  /** A follower that is asked to read asks its leader for the index, and answers itself when its machine is that far (§6.4). Default false: it refuses, and names the leader. */
  readonly followerReads?: boolean;
}

/** What decides whether a read may be answered; in one place, so that it can be broken. */
export interface ReadRules {
  /** Whether a leader knows what is committed: not before it has committed an entry of its own term (thesis §6.4, step 1). */
  knowsCommitted(state: ReplicatedState<unknown, unknown, unknown>): boolean;
  /** Whether a quorum has followed this leader since a round began. */
  confirmed(state: ReplicatedState<unknown, unknown, unknown>, round: number, self: NodeId): boolean;
  /** Whether the lease holds at a moment of the leader's clock, ms. */
  leaseHolds(state: ReplicatedState<unknown, unknown, unknown>, now: number): boolean;
}

/** A read changes nothing that others would have to be told. */
const noNotices = () => {};

export const readRules: ReadRules = {
  knowsCommitted: (state) => termAt(state, state.commitIndex) === state.currentTerm,
  confirmed: (state, round, self) => reachedByQuorum(state.configuration, (node) => (node === self ? state.round : state.progress[node]!.round)) >= round,
  leaseHolds: ({ leaseUntil }, now) => leaseUntil !== null && now < leaseUntil,
};

/** Reads that do without the log (Ongaro 2014, dissertation, §6.4). `speak` lets all hear from their leader at once. */
export function readsWithoutLog<S, C, R>(machine: Machine<S, C, R>, { reads = "log", followerReads = false, lease }: ReadOptions & { readonly lease: number }, speak: (state: ReplicatedState<S, C, R>, context: Context<ReplicatedRaft<S, C, R>>) => void, rules: ReadRules = readRules) {
  type State = ReplicatedState<S, C, R>;
  type NodeContext = Context<ReplicatedRaft<S, C, R>>;

  /** Whether this is a read that does without the log; if so it is answered, now or later, or refused. */
  function onRead(state: State, { client, serial, command }: Request<C>, context: NodeContext): boolean {
    if (reads === "log" || !machine.reads(command)) return false;
    if (reads === "local") context.output({ type: "answer", client, serial, result: machine.apply(state.sessions.machine, command, noNotices) });
    else if (state.role === "leader") readAsLeader(state, { client, serial, command, asked: context.self, index: null, round: 0 }, context);
    else if (followerReads && state.leader !== null) {
      wait(state, { client, serial, command, asked: context.self, index: null, round: 0 });
      context.send(state.leader, { type: "ReadIndex", term: state.currentTerm, client, serial });
    } else context.output({ type: "refused", client, serial, leader: state.leader });
    return true;
  }

  function onReadIndex(state: State, from: NodeId, { client, serial, term }: ReadIndex, context: NodeContext): void {
    if (state.role === "leader" && term === state.currentTerm) readAsLeader(state, { client, serial, command: null, asked: from, index: null, round: 0 }, context);
  }

  function onReadIndexReply(state: State, { client, serial, index }: ReadIndexReply, context: NodeContext): void {
    const read = state.reads.find((each) => each.client === client && each.serial === serial && each.command !== null);
    if (!read || state.role === "leader") return;
    read.index = index;
    answer(state, context);
  }

  function readAsLeader(state: State, read: PendingRead<C>, context: NodeContext): void {
    wait(state, read);
    if (!rules.knowsCommitted(state)) return;
    read.index = state.commitIndex;
    if (!rules.leaseHolds(state, context.now)) {
      beginRound(state, context);
      read.round = state.round;
      speak(state, context);
    }
    answer(state, context);
  }

  /** A client has one request under way at a time: what it asked before, it no longer waits for. */
  function wait(state: State, read: PendingRead<C>): void {
    state.reads = [...state.reads.filter(({ client }) => client !== read.client), read];
  }

  /** A leader's heartbeats carry the number of their round, and a lease begins when they are sent. */
  function beginRound(state: State, context: NodeContext): void {
    state.round++;
    if (reads !== "lease") return;
    state.roundsBegun.push({ round: state.round, at: context.now });
    renewLease(state, context);
  }

  /** The lease lasts from the beginning of the last round that a quorum has answered. */
  function renewLease(state: State, { self }: NodeContext): void {
    const last = state.roundsBegun.findLastIndex(({ round }) => rules.confirmed(state, round, self));
    if (last < 0) return;
    if (!state.leaseGivenUp) state.leaseUntil = state.roundsBegun[last]!.at + lease;
    state.roundsBegun.splice(0, last + 1);
  }

  /** A follower has answered: perhaps a quorum follows this leader since a later round. */
  function onAnswer(state: State, from: NodeId, round: number | undefined, context: NodeContext): void {
    if (from !== context.self) state.progress[from]!.round = Math.max(state.progress[from]!.round, round ?? 0);
    if (reads === "lease") renewLease(state, context);
    if (state.reads.length > 0) answer(state, context);
  }

  /** A leader that leads no more cannot tell what is committed: who asked it may ask another. */
  function onDeposed(state: State, context: NodeContext): void {
    for (const { client, serial, asked } of state.reads) if (asked === context.self) context.output({ type: "refused", client, serial, leader: state.leader });
    state.reads = [];
    state.roundsBegun = [];
    state.leaseUntil = null;
  }

  /** More is carried out: reads that came before the leader knew what is committed, and those that waited for the machine. */
  function onCommitted(state: State, context: NodeContext): void {
    if (state.reads.length === 0) return;
    if (state.role === "leader" && rules.knowsCommitted(state)) {
      const early = state.reads.filter(({ index }) => index === null);
      for (const read of early) readAsLeader(state, read, context);
    }
    answer(state, context);
  }

  /** Answers what may be answered by now. */
  function answer(state: State, context: NodeContext): void {
    const isReady = ({ index, round }: PendingRead<C>) => index !== null && index <= state.lastApplied && (state.role !== "leader" || rules.confirmed(state, round, context.self));
    if (!state.reads.some(isReady)) return;
    const ready = state.reads.filter(isReady);
    state.reads = state.reads.filter((read) => !isReady(read));
    for (const { client, serial, command, asked, index } of ready) {
      if (command === null) context.send(asked, { type: "ReadIndexReply", term: state.currentTerm, client, serial, index: index! });
      else context.output({ type: "answer", client, serial, result: machine.apply(state.sessions.machine, command, noNotices) });
    }
  }

  return { onRead, onReadIndex, onReadIndexReply, beginRound, onAnswer, onDeposed, onCommitted };
}
