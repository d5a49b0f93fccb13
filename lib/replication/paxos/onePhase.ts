import type { Context, NodeId, Protocol } from "../../protocol.js";
import { majority } from "../raft/quorum.js";

/** How the one-phase protocol is set up. */
export interface OnePhaseOptions {
  /** Who takes itself for the leader when a client asks. Default: node 0 alone. */
  readonly leaders?: readonly NodeId[];
  /** After how many ms a message that was not answered is sent again; the survey does not say. Default 100. */
  readonly retry?: number;
}

/**
 * "Paxos" as the survey tells it (chapter 2.2), for one decision: the leader proposes, the others accept what comes and
 * note it in their logs, the leader decides when a majority has accepted, and sends the decision round. There is no
 * number on a proposal and no question before it, so that nobody can know of an earlier leader's proposal.
 * Throws a `RangeError` unless `retry` is above 0.
 */
export function onePhase({ leaders = [0], retry = 100 }: OnePhaseOptions = {}): Protocol<OnePhase> {
  if (!(retry > 0 && retry < Infinity)) throw new RangeError(`expected a time above 0 ms before a message is sent again, not ${retry}`);

  /** The leader proposes. What it has proposed once it proposes for ever, also after a crash. */
  function propose(state: OnePhaseState, value: string, context: Context<OnePhase>): void {
    if (!leaders.includes(context.self)) return context.output({ type: "refused", value });
    if (state.proposed !== null || state.decided !== null) return;
    state.proposed = value;
    accept(state, value, context);
    context.save({ proposed: state.proposed, decided: state.decided });
    coordinate(state, context);
    onAccepted(state, context.self, value, context);
  }

  /** A follower accepts: it adds the proposal to its log. */
  function onPropose(state: OnePhaseState, from: NodeId, value: string, context: Context<OnePhase>): void {
    accept(state, value, context);
    context.send(from, { type: "Accepted", value });
  }

  /** The leader decides once a majority, itself included, has accepted. */
  function onAccepted(state: OnePhaseState, from: NodeId, value: string, context: Context<OnePhase>): void {
    if (value !== state.proposed || state.decided !== null) return;
    if (!state.acceptedBy.includes(from)) state.acceptedBy.push(from);
    if (state.acceptedBy.length < majority(context.size)) return;
    decide(state, value, context);
    coordinate(state, context);
  }

  /** Sends to whoever has not answered yet: the proposal, or the decision once there is one. */
  function coordinate(state: OnePhaseState, context: Context<OnePhase>): void {
    const answered = state.decided === null ? state.acceptedBy : state.informed;
    const value = state.decided ?? state.proposed!;
    let open = false;
    for (let peer = 0; peer < context.size; peer++) {
      if (peer === context.self || answered.includes(peer)) continue;
      context.send(peer, state.decided === null ? { type: "Propose", value } : { type: "Decide", value });
      open = true;
    }
    if (open) context.setTimer("retry", retry);
    else context.cancelTimer("retry");
  }

  return {
    init: (_self, _size, stored = { proposed: null, decided: null }, log = []) => ({
      ...stored,
      log: [...log],
      acceptedBy: [],
      informed: [],
    }),
    onStart(state, context) {
      if (state.proposed === null) return;
      coordinate(state, context);
      onAccepted(state, context.self, state.proposed, context);
    },
    onInput: (state, { value }, context) => propose(state, value, context),
    onMessage(state, from, { type, value }, context) {
      switch (type) {
        case "Propose":
          return onPropose(state, from, value, context);
        case "Accepted":
          return onAccepted(state, from, value, context);
        case "Decide":
          if (state.decided === null) decide(state, value, context);
          return context.send(from, { type: "Learned", value });
        case "Learned":
          if (!state.informed.includes(from)) state.informed.push(from);
      }
    },
    onTimer: (state, _timer, context) => coordinate(state, context),
  };
}

function accept(state: OnePhaseState, value: string, context: Context<OnePhase>): void {
  if (state.log.includes(value)) return;
  state.log.push(value);
  context.append([value]);
}

function decide(state: OnePhaseState, value: string, context: Context<OnePhase>): void {
  state.decided = value;
  context.save({ proposed: state.proposed, decided: value });
  context.output({ type: "decided", value });
}

export interface OnePhaseState {
  /** On a leader: what it proposes. */
  proposed: string | null;
  decided: string | null;
  /** What it has accepted, in the order in which it came. */
  log: string[];
  /** On a leader: who has accepted its proposal, itself included. */
  acceptedBy: NodeId[];
  /** On a leader: who has confirmed the decision. */
  informed: NodeId[];
}

/** The types of the one-phase protocol for the contract. */
export interface OnePhase {
  State: OnePhaseState;
  Message: { readonly type: "Propose" | "Accepted" | "Decide" | "Learned"; readonly value: string };
  Timer: "retry";
  Stored: Pick<OnePhaseState, "proposed" | "decided">;
  Entry: string;
  Input: { readonly type: "propose"; readonly value: string };
  Output: { readonly type: "decided"; readonly value: string } | { readonly type: "refused"; readonly value: string };
}
