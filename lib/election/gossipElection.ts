import type { Context, NodeId, Protocol } from "../protocol.js";
import { drawSome } from "./drawSome.js";

/**
 * The survey's election by gossip (its section 2.1), literally. A node sends a message to random neighbours every
 * period, with the list of its neighbours in it; whoever gets one adds to its own list. A node that hears from most of
 * its neighbours takes itself for the leader and tells all others; who is told notes it and sends no more.
 *
 * What the survey leaves open: *heard* counts since the start or since the node's own last round (`window`); a leader
 * that is told of another stays one or yields (`rival`); "most" is more than half; who knows of a leader counts no more;
 * who is told of several follows the last. There are no epochs, no votes and no timeouts: several nodes may lead, and no
 * failure is noticed. Throws a `RangeError` for options out of range.
 */
export function gossipElection({ period = 100, fanout = 1, window = "start", rival = "stays", neighbours: known = Infinity, startWithin = period }: GossipElectionOptions = {}): Protocol<GossipElection> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  if (!(Number.isInteger(fanout) && fanout >= 1)) throw new RangeError(`expected a fan-out from 1, not ${fanout}`);
  if (!(startWithin >= 0 && startWithin < Infinity)) throw new RangeError(`expected a time from 0 ms, not ${startWithin}`);
  if (!(known >= 1)) throw new RangeError(`expected 1 neighbour or more, not ${known}`);

  function gossip(state: GossipElectionState, context: Context<GossipElection>): void {
    if (window === "round") state.heard = [];
    for (const to of drawSome(state.neighbours, fanout, () => context.random())) context.send(to, { type: "Gossip", neighbours: [...state.neighbours] });
    context.setTimer("round", period);
  }

  function onGossip(state: GossipElectionState, from: NodeId, neighbours: readonly NodeId[], context: Context<GossipElection>): void {
    if (state.leader !== null) return;
    for (const node of [from, ...neighbours]) if (node !== context.self && !state.neighbours.includes(node)) state.neighbours.push(node);
    if (!state.heard.includes(from)) state.heard.push(from);
    if (state.heard.length > state.neighbours.length / 2) becomeLeader(state, context);
  }

  function becomeLeader(state: GossipElectionState, context: Context<GossipElection>): void {
    state.role = "leader";
    learn(state, context.self, context);
    for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { type: "Leader" });
  }

  function learn(state: GossipElectionState, leader: NodeId, context: Context<GossipElection>): void {
    state.leader = leader;
    context.cancelTimer("round");
    context.output({ type: "leader", leader });
  }

  return {
    init: (self, size) => ({
      role: "member",
      leader: null,
      neighbours: Array.from({ length: Math.min(known, size - 1) }, (_, i) => (self + 1 + i) % size),
      heard: [],
    }),
    onStart: (_state, context) => context.setTimer("round", startWithin * context.random()),
    onTimer: (state, _timer, context) => gossip(state, context),
    onMessage(state, from, message, context) {
      if (message.type === "Gossip") return onGossip(state, from, message.neighbours, context);
      if (state.role === "leader" && rival === "stays") return;
      state.role = "member";
      learn(state, from, context);
    },
  };
}

export interface GossipElectionOptions {
  /** Time between a node's rounds, in ms. Default 100. */
  readonly period?: number;
  /** Each node begins its rounds at a random time up to this one, in ms; 0: all begin at once. Default: the period. */
  readonly startWithin?: number;
  /** To how many random neighbours a node sends in a round. Default 1. */
  readonly fanout?: number;
  /** Since when a neighbour counts as heard: since the start, or since the node's own last round. Default `start`. */
  readonly window?: "start" | "round";
  /** What a leader does that is told of another. Default `stays`. */
  readonly rival?: "stays" | "yields";
  /** How many others a node knows at first: the ones that follow it in order of their ids. Default: all. */
  readonly neighbours?: number;
}

export interface GossipElectionState {
  role: "member" | "leader";
  /** Whom it takes for the leader; null: nobody yet. */
  leader: NodeId | null;
  /** Whom it knows. */
  neighbours: NodeId[];
  /** Neighbours that it heard from within the window, each once. */
  heard: NodeId[];
}

export interface GossipElection {
  State: GossipElectionState;
  Message: { readonly type: "Gossip"; readonly neighbours: readonly NodeId[] } | { readonly type: "Leader" };
  Timer: "round";
  Output: { readonly type: "leader"; readonly leader: NodeId };
}
