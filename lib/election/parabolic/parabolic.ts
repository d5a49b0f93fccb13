import type { Context, NodeId, Protocol } from "../../protocol.js";
import { likeliest, type Load, spreadLoad } from "./leaderProbability.js";

/**
 * PARABOLIC, the survey's election for changing membership (its section 3.1), literally. The name is the survey's own: no
 * other source describes it. Every node keeps a list of participants, at first of all nodes, and computes from it how
 * probably each of them is the leader. It sends to a random participant every period; who gets a message updates its list
 * and goes on. A node that finds itself the likeliest in its own list takes itself for the leader and tells the others;
 * who is told notes it and sends no more. When the leader fails, participants compute anew.
 *
 * What the survey leaves open: the formula (see `leaderProbabilities`); what a message tells, the sender's list or that it
 * is there (`tells`); how a failure is noticed (the leader says again every period that it leads; who hears nothing from
 * it for `patience` strikes it off its list, and so does who waits in vain for the likeliest to say that it leads); what a
 * leader does that is told of another (`rival`). It resembles election by priority, and rendezvous hashing with weights
 * (Thaler and Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998): everybody orders the same list by the same
 * rule, so all agree as long as the lists are the same. Nothing makes them so: there are no versions, no epochs, no votes.
 * Throws a `RangeError` for options out of range.
 */
export function parabolic({ period = 50, patience: [low, high] = [200, 400], tells = "list", rival = "yields", load = spreadLoad }: ParabolicOptions = {}): Protocol<Parabolic> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  if (!(low > 0 && high >= low && high < Infinity)) throw new RangeError(`expected a patience [low, high] in ms with 0 < low ≤ high, not [${low}, ${high}]`);

  function onRound(state: ParabolicState, context: Context<Parabolic>): void {
    if (state.role === "leader") tellAll(context);
    else {
      const others = state.list.filter((node) => node !== context.self);
      const to = others[Math.floor(context.random() * others.length)];
      if (to !== undefined) context.send(to, { type: "Participants", list: tells === "list" ? [...state.list] : [context.self] });
    }
    context.setTimer("round", period);
  }

  function onParticipants(state: ParabolicState, list: readonly NodeId[], context: Context<Parabolic>): void {
    for (const node of list) if (!state.list.includes(node)) state.list.push(node);
    if (state.leader === null) compute(state, context);
  }

  /** Leads if its own list puts it first. */
  function compute(state: ParabolicState, context: Context<Parabolic>): void {
    if (likeliest(state.list, load) !== context.self) return;
    state.role = "leader";
    state.leader = context.self;
    context.cancelTimer("patience");
    context.setTimer("round", period);
    context.output({ type: "leader", leader: context.self });
    tellAll(context);
  }

  function onLeader(state: ParabolicState, from: NodeId, context: Context<Parabolic>): void {
    if (state.role === "leader" && rival === "stays") return;
    state.role = "participant";
    if (!state.list.includes(from)) state.list.push(from);
    if (state.leader !== from) context.output({ type: "leader", leader: from });
    state.leader = from;
    context.cancelTimer("round");
    beginToWait(context);
  }

  /** Neither the leader nor, while there is none, the likeliest was heard of in time: off the list, and on with the election. */
  function onPatience(state: ParabolicState, context: Context<Parabolic>): void {
    const failed = state.leader ?? likeliest(state.list, load);
    state.list = state.list.filter((node) => node !== failed || node === context.self);
    if (state.leader !== null) context.setTimer("round", period * context.random());
    state.leader = null;
    beginToWait(context);
    compute(state, context);
  }

  function beginToWait(context: Context<Parabolic>): void {
    context.setTimer("patience", low + (high - low) * context.random());
  }

  return {
    init: (_self, size) => ({ role: "participant", leader: null, list: Array.from({ length: size }, (_, node) => node) }),
    onStart(_state, context) {
      context.setTimer("round", period * context.random());
      beginToWait(context);
    },
    onTimer: (state, timer, context) => (timer === "round" ? onRound(state, context) : onPatience(state, context)),
    onMessage: (state, from, message, context) => (message.type === "Leader" ? onLeader(state, from, context) : onParticipants(state, message.list, context)),
  };
}

function tellAll(context: Context<Parabolic>): void {
  for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { type: "Leader" });
}

export interface ParabolicOptions {
  /** Time between a node's rounds, in ms: of a message while there is no leader, of a leader's word that it leads. Default 50. */
  readonly period?: number;
  /** Who hears nothing for so long takes the leader, or the likeliest, to have failed; drawn anew each time from this range, in ms. Default [200, 400]. */
  readonly patience?: readonly [low: number, high: number];
  /** What a message tells: the sender's list, or only that the sender is there. Default `list`. */
  readonly tells?: "list" | "sender";
  /** What a leader does that is told of another. Default `yields`. */
  readonly rival?: "yields" | "stays";
  /** Default: all different, spread evenly. */
  readonly load?: Load;
}

export interface ParabolicState {
  role: "participant" | "leader";
  /** Whom it takes for the leader; null: nobody yet. */
  leader: NodeId | null;
  /** Who takes part, as far as it knows. It is itself always among them. */
  list: NodeId[];
}

export interface Parabolic {
  State: ParabolicState;
  Message: { readonly type: "Participants"; readonly list: readonly NodeId[] } | { readonly type: "Leader" };
  Timer: "round" | "patience";
  Output: { readonly type: "leader"; readonly leader: NodeId };
}
