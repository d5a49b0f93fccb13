import type { Context, NodeId, Protocol } from "../../protocol.js";
import { peer } from "./replica.js";

/**
 * The survey's synchronization by gossip (its section 3.2), literally. At first everybody is everybody's neighbour. Every
 * period a node sends its state and its list of neighbours to one of them, drawn at random; whoever gets a message
 * completes its list and goes on sending. In step is who has heard from most of its neighbours and then updates its
 * state. The survey also lets a node update its state when it receives a message; both readings are here (`update`).
 * State is a version: the newest counts. A node that waits passes on what it has itself, and once it has updated it
 * begins to count anew. Throws a `RangeError` for options out of range.
 */
export function surveyedGossip({ period = 100, update = "on receipt", most = 0.5 }: SurveyedGossipOptions = {}): Protocol<SurveyedGossip> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  if (!(most >= 0 && most < 1)) throw new RangeError(`expected a share from 0 and below 1, not ${most}`);

  function gossip(state: SurveyedGossipState, context: Context<SurveyedGossip>): void {
    context.setTimer("round", period);
    if (context.size > 1) context.send(peer(context), { type: "Gossip", version: state.version, neighbours: state.neighbours });
  }

  function onGossip(state: SurveyedGossipState, from: NodeId, { version, neighbours }: Gossip): void {
    const strangers = neighbours.length > state.neighbours.length ? neighbours.filter((node) => !state.neighbours.includes(node)) : [];
    if (strangers.length > 0) state.neighbours = [...state.neighbours, ...strangers];
    if (!state.heard.includes(from)) state.heard.push(from);
    state.newest = Math.max(state.newest, version);
    if (update === "on receipt") state.version = state.newest;
    // The list has the node itself, too.
    if (state.heard.length <= most * (state.neighbours.length - 1)) return;
    state.version = state.newest;
    state.heard = [];
    state.updates++;
  }

  return {
    init: (_self, size) => ({ version: 0, newest: 0, neighbours: Array.from({ length: size }, (_, node) => node), heard: [], updates: 0 }),
    onStart: (_state, context) => context.setTimer("round", period * context.random()),
    onTimer: (state, _timer, context) => gossip(state, context),
    onMessage: (state, from, message) => onGossip(state, from, message),
    onInput(state, { version }) {
      state.version = Math.max(state.version, version);
      state.newest = Math.max(state.newest, version);
    },
  };
}

export interface SurveyedGossipOptions {
  /** Time between a node's rounds, in ms. Default 100. */
  readonly period?: number;
  /** When a node's own state changes: on receipt, or once it has heard from most of its neighbours. Default `on receipt`. */
  readonly update?: "on receipt" | "at a majority";
  /** More than this share of the neighbours is most of them. Default 0.5. */
  readonly most?: number;
}

export interface SurveyedGossipState {
  /** Its own state: what it sends. */
  version: number;
  /** The newest that it has heard of. */
  newest: number;
  /** Itself included. */
  neighbours: readonly NodeId[];
  /** Whom it heard from since it last had heard from most. */
  heard: NodeId[];
  /** How often it has heard from most. */
  updates: number;
}

interface Gossip {
  readonly type: "Gossip";
  readonly version: number;
  readonly neighbours: readonly NodeId[];
}

export interface SurveyedGossip {
  State: SurveyedGossipState;
  Message: Gossip;
  Timer: "round";
  /** A client changes this node's state. */
  Input: { readonly version: number };
}
