import type { Context, NodeId, Protocol } from "../../protocol.js";
import { drawSome } from "../drawSome.js";
import { likeliest, type Load, spreadLoad } from "./leaderProbability.js";

/**
 * PARABOLIC, repaired. As in the survey's (section 3.1), every node keeps a list of participants and whom the list puts
 * first is to lead. What is added: the list is a *view* that converges. Every node counts its own *beats*, and all beats
 * spread by gossip, the higher replacing the lower; a participant is whose beat has risen lately. What a node counted
 * before a crash is told from what it counts after by its number of *lives*, which is on its disk. Of equally likely nodes
 * the lower id goes first. And views may differ for a while, so that they do not make a leader: whom its own view puts
 * first for some rounds stands under a new *epoch*, who votes looks at its own view, and a majority of all nodes decides.
 * So an epoch has one leader at most, always; and once the views agree, whom they put first leads. A leader that sees no majority
 * any more gives up.
 *
 * The beats are van Renesse, Minsky and Hayden's failure detector (Middleware 1998), lives are SWIM's incarnations (Das,
 * Gupta and Motivala, DSN 2002), epochs and durable votes Raft's terms (Ongaro and Ousterhout 2014, §5.2). Throws a
 * `RangeError` for options out of range.
 */
export function parabolicRepaired(options?: ParabolicRepairedOptions): Protocol<ParabolicRepaired> {
  return parabolicWith(options, { likeliest, isNewer });
}

/** The same with rules that a mutant may break. */
export function parabolicWith({ period = 50, fanout = 2, silence: longest = 12, settle = 6, load = spreadLoad }: ParabolicRepairedOptions = {}, rules: ParabolicRules): Protocol<ParabolicRepaired> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  for (const [name, value] of Object.entries({ fanout, silence: longest, settle })) if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`expected a whole number from 1 for ${name}, not ${value}`);

  const firstOf = (state: ParabolicRepairedState, self: NodeId) => rules.likeliest(participants(state, self, longest), load, self);

  function onRound(state: ParabolicRepairedState, context: Context<ParabolicRepaired>): void {
    state.view[context.self] = { ...state.view[context.self]!, beat: state.view[context.self]!.beat + 1 };
    state.silence = state.silence.map((rounds, node) => (node === context.self ? 0 : Math.min(rounds + 1, longest)));
    const seesMost = 2 * participants(state, context.self, longest).length > context.size;
    // Others may long have another leader.
    if (state.role === "leader" && !seesMost) state.role = "participant";
    state.first = seesMost && state.role !== "leader" && firstOf(state, context.self) === context.self ? state.first + 1 : 0;
    if (state.first >= settle) stand(state, context);
    gossip(state, fanout, context);
    context.setTimer("round", period);
  }

  function gossip(state: ParabolicRepairedState, toHowMany: number, context: Context<ParabolicRepaired>): void {
    const others = Array.from({ length: context.size }, (_, node) => node).filter((node) => node !== context.self);
    const { leader, reign, view } = state;
    for (const to of drawSome(others, toHowMany, () => context.random())) context.send(to, { type: "View", view: [...view], leader, reign });
  }

  function onView(state: ParabolicRepairedState, view: readonly Version[], leader: NodeId | null, reign: number, context: Context<ParabolicRepaired>): void {
    view.forEach((version, node) => {
      if (node === context.self || !rules.isNewer(version, state.view[node]!)) return;
      state.view[node] = version;
      state.silence[node] = 0;
    });
    if (leader !== null && reign > state.reign) follow(state, leader, reign, context);
  }

  function stand(state: ParabolicRepairedState, context: Context<ParabolicRepaired>): void {
    state.first = 0;
    state.role = "candidate";
    state.votes = [];
    vote(state, Math.max(state.epoch, state.heard) + 1, context.self, context);
    for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { type: "Stand", epoch: state.epoch });
    onVote(state, context.self, state.epoch, context);
  }

  /** Votes for whom its own view puts first, once an epoch. */
  function onStand(state: ParabolicRepairedState, from: NodeId, epoch: number, context: Context<ParabolicRepaired>): void {
    if (epoch > state.epoch && firstOf(state, context.self) === from) vote(state, epoch, from, context);
    if (epoch === state.epoch && state.vote === from) context.send(from, { type: "Vote", epoch });
    else if (epoch <= state.epoch) context.send(from, { type: "Refused", epoch: state.epoch });
  }

  function vote(state: ParabolicRepairedState, epoch: number, candidate: NodeId, context: Context<ParabolicRepaired>): void {
    state.epoch = epoch;
    state.vote = candidate;
    if (candidate !== context.self && state.role === "candidate") state.role = "participant";
    save(state, context);
  }

  function onVote(state: ParabolicRepairedState, from: NodeId, epoch: number, context: Context<ParabolicRepaired>): void {
    if (state.role !== "candidate" || epoch !== state.epoch) return;
    if (!state.votes.includes(from)) state.votes.push(from);
    if (2 * state.votes.length <= context.size) return;
    follow(state, context.self, epoch, context);
    state.role = "leader";
    gossip(state, context.size, context);
  }

  function follow(state: ParabolicRepairedState, leader: NodeId, reign: number, context: Context<ParabolicRepaired>): void {
    state.role = "participant";
    state.leader = leader;
    state.reign = reign;
    context.output({ type: "leader", leader, epoch: reign });
  }

  return {
    init: (self, size, { lives, epoch, vote } = { lives: 0, epoch: 0, vote: null }) => ({
      ...{ role: "participant", epoch, vote, leader: null, reign: 0, heard: 0, first: 0, votes: [] },
      view: Array.from({ length: size }, (_, node) => ({ life: node === self ? lives + 1 : 0, beat: 0 })),
      silence: Array.from({ length: size }, () => longest),
    }),
    onStart(state, context) {
      save(state, context);
      context.setTimer("round", period * context.random());
    },
    onTimer: (state, _timer, context) => onRound(state, context),
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "View":
          return onView(state, message.view, message.leader, message.reign, context);
        case "Stand":
          return onStand(state, from, message.epoch, context);
        case "Vote":
          return onVote(state, from, message.epoch, context);
        case "Refused":
          state.heard = Math.max(state.heard, message.epoch);
      }
    },
  };
}

function save({ view, epoch, vote }: ParabolicRepairedState, context: Context<ParabolicRepaired>): void {
  context.save({ lives: view[context.self]!.life, epoch, vote });
}

/** Itself, and whose beat has risen within the last `longest` of its own rounds. */
export const participants = ({ view, silence }: Pick<ParabolicRepairedState, "view" | "silence">, self: NodeId, longest: number): NodeId[] =>
  view.flatMap(({ life }, node) => (node === self || (life > 0 && silence[node]! < longest) ? [node] : []));

/** Whether a version is newer than another: of a later life, or of the same with more beats. */
export const isNewer = (a: Version, b: Version): boolean => a.life > b.life || (a.life === b.life && a.beat > b.beat);

/** What a view is made by, and whom it puts first (seen by `self`). */
export interface ParabolicRules {
  readonly likeliest: (list: readonly NodeId[], load: Load, self: NodeId) => NodeId | null;
  readonly isNewer: (a: Version, b: Version) => boolean;
}

export interface ParabolicRepairedOptions {
  /** Time between a node's rounds, in ms. Default 50. */
  readonly period?: number;
  /** To how many random others a node sends in a round. Default 2. */
  readonly fanout?: number;
  /** Whose beat has not risen for so many of a node's rounds is no participant to it. Default 12. */
  readonly silence?: number;
  /** For so many rounds in a row its own view must put a node first before it stands. Default 6. */
  readonly settle?: number;
  /** Default: all different, spread evenly. */
  readonly load?: Load;
}

export interface Version {
  /** How often the node has started; 0: nothing is known of it. */
  readonly life: number;
  /** How many rounds it has counted since. */
  readonly beat: number;
}

export interface ParabolicRepairedState {
  role: "participant" | "candidate" | "leader";
  /** The highest epoch in which it has voted, and for whom. Durable, as is its own life. */
  epoch: number;
  vote: NodeId | null;
  /** The newest leader that it knows of, and the epoch in which that one was elected. */
  leader: NodeId | null;
  reign: number;
  /** By node: the newest that is known of it. */
  view: Version[];
  /** By node: for how many of its own rounds it has heard nothing new. */
  silence: number[];
  /** For how many rounds in a row its view has put it first, while it did not lead. */
  first: number;
  /** On a candidate: who has voted for it. */
  votes: NodeId[];
  /** The highest epoch that it was refused for. */
  heard: number;
}

export interface ParabolicRepaired {
  State: ParabolicRepairedState;
  Message:
    | { readonly type: "View"; readonly view: readonly Version[]; readonly leader: NodeId | null; readonly reign: number }
    | { readonly type: "Stand"; readonly epoch: number }
    | { readonly type: "Vote"; readonly epoch: number }
    | { readonly type: "Refused"; readonly epoch: number };
  Timer: "round";
  Stored: { readonly lives: number; readonly epoch: number; readonly vote: NodeId | null };
  Output: { readonly type: "leader"; readonly leader: NodeId; readonly epoch: number };
}
