import type { Context, NodeId, Protocol } from "../protocol.js";
import { drawSome } from "./drawSome.js";

/**
 * Election by gossip, repaired. As in the survey's (section 2.1), every node tells random others what it knows, and who
 * is known to have most of the nodes behind it leads. What is added: elections are numbered, by *epochs*; a node has one
 * vote an epoch and keeps it on its disk; votes travel as rumours and are counted against all nodes, not against those
 * one happens to know; and rumours never stop, for in them the leader's heartbeat counter travels: where it stands still
 * for too long, the leader is taken to have failed and a new epoch begins.
 *
 * Epochs and votes are those of Raft's terms (Ongaro and Ousterhout 2014, §5.2), counters that spread by gossip those of
 * van Renesse, Minsky and Hayden's failure detector (Middleware 1998). Throws a `RangeError` for options out of range.
 */
export function gossipElectionRepaired({ period = 50, fanout = 2, patience = [600, 1200] }: RepairedOptions = {}): Protocol<RepairedElection> {
  const [low, high] = patience;
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  if (!(Number.isInteger(fanout) && fanout >= 1)) throw new RangeError(`expected a fan-out from 1, not ${fanout}`);
  if (!(low > 0 && high >= low && high < Infinity)) throw new RangeError(`expected a patience [low, high] in ms with 0 < low ≤ high, not [${low}, ${high}]`);

  function gossip(state: RepairedState, context: Context<RepairedElection>): void {
    if (state.role === "leader") state.beat++;
    const others = Array.from({ length: context.size }, (_, node) => node).filter((node) => node !== context.self);
    const { epoch, votes, beat } = state;
    for (const to of drawSome(others, fanout, () => context.random())) context.send(to, { epoch, votes: [...votes], beat });
    context.setTimer("round", period);
  }

  /** Nobody has led for too long: a new epoch, in which the node votes for itself. */
  function stand(state: RepairedState, context: Context<RepairedElection>): void {
    enterEpoch(state, state.epoch + 1, context.self, context);
    count(state, context);
    gossip(state, context);
  }

  /** Whoever enters an epoch votes in it at once: for itself, or for whom the node voted that it heard of it from. */
  function enterEpoch(state: RepairedState, epoch: number, vote: NodeId, context: Context<RepairedElection>): void {
    state.epoch = epoch;
    state.votes = state.votes.map(() => null);
    state.votes[context.self] = vote;
    state.role = "follower";
    state.leader = null;
    state.beat = 0;
    context.save({ epoch, vote });
    beginToWait(context);
  }

  function onRumour(state: RepairedState, from: NodeId, rumour: Rumour, context: Context<RepairedElection>): void {
    if (rumour.epoch < state.epoch) return;
    // Whoever speaks of an epoch has voted in it.
    if (rumour.epoch > state.epoch) enterEpoch(state, rumour.epoch, rumour.votes[from]!, context);
    rumour.votes.forEach((vote, voter) => {
      // Its own vote a node knows from its disk.
      if (vote !== null && voter !== context.self) state.votes[voter] = vote;
    });
    if (rumour.beat > state.beat) {
      state.beat = rumour.beat;
      if (state.role !== "leader") beginToWait(context);
    }
    count(state, context);
  }

  function count(state: RepairedState, context: Context<RepairedElection>): void {
    const leader = state.leader === null ? chosenBy(state.votes) : null;
    if (leader === null) return;
    state.leader = leader;
    context.output({ type: "leader", leader, epoch: state.epoch });
    if (leader !== context.self) return;
    state.role = "leader";
    context.cancelTimer("patience");
    gossip(state, context);
  }

  function beginToWait(context: Context<RepairedElection>): void {
    context.setTimer("patience", low + (high - low) * context.random());
  }

  return {
    init: (self, size, { epoch, vote } = { epoch: 0, vote: null }) => ({ role: "follower", epoch, votes: Array.from({ length: size }, (_, node) => (node === self ? vote : null)), leader: null, beat: 0 }),
    onStart(_state, context) {
      context.setTimer("round", period * context.random());
      beginToWait(context);
    },
    onTimer: (state, timer, context) => (timer === "round" ? gossip(state, context) : stand(state, context)),
    onMessage: onRumour,
  };
}

/** Whom a majority of all nodes voted for, if anybody. */
export function chosenBy(votes: readonly (NodeId | null)[]): NodeId | null {
  return votes.find((candidate) => candidate !== null && 2 * votes.filter((vote) => vote === candidate).length > votes.length) ?? null;
}

export interface RepairedOptions {
  /** Time between a node's rounds, in ms. Default 50. */
  readonly period?: number;
  /** To how many random others a node sends in a round. Default 2. */
  readonly fanout?: number;
  /** How long a node waits for news of a leader, in ms, drawn anew each time from this range. Default [600, 1200]. */
  readonly patience?: readonly [low: number, high: number];
}

/** All that a node knows of its epoch. */
interface Rumour {
  readonly epoch: number;
  /** By voter: its vote in this epoch, as far as known. */
  readonly votes: readonly (NodeId | null)[];
  /** The leader's heartbeat counter: the highest that is known. */
  readonly beat: number;
}

export interface RepairedState {
  role: "follower" | "leader";
  /** The newest election that it knows of; 0: none. */
  epoch: number;
  /** By voter: its vote in this epoch, as far as known. Its own is on disk, too. */
  votes: (NodeId | null)[];
  /** Who is known to have a majority: itself, if it leads. */
  leader: NodeId | null;
  /** The highest heartbeat counter it knows of in this epoch. */
  beat: number;
}

export interface RepairedElection {
  State: RepairedState;
  Message: Rumour;
  Timer: "round" | "patience";
  Stored: { readonly epoch: number; readonly vote: NodeId | null };
  Output: { readonly type: "leader"; readonly leader: NodeId; readonly epoch: number };
}
