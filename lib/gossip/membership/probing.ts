import type { Context, NodeId } from "../../protocol.js";
import { doubtHealth, patient } from "./awareness.js";
import { hear } from "./hearing.js";
import { knownOf, drawOthers, shuffle } from "./table.js";
import type { Send, Swim, SwimRules, SwimState } from "./types.js";

/** How a node finds out who is silent (SWIM, §3.1): a ping a period; if there is no answer in time, `indirect` others are asked to ping, too. */
export function probing(rules: SwimRules, send: Send) {
  const { period, pingTimeout, indirect, suspicion, awareness, targets } = rules;

  /** A period ends: whoever has not answered is accused. The next one begins. */
  function onPeriod(state: SwimState, context: Context<Swim>): void {
    if (state.probe && !state.probe.answered) accuseSilent(state, context);
    state.probe = null;
    const target = nextTarget(state, context);
    if (target !== undefined) {
      const number = ++state.number;
      state.probe = { number, target, answered: false, asked: 0, nacks: [] };
      send(state, target, { type: "Ping", number }, context);
      context.setTimer("indirect", patient(state, pingTimeout));
    }
    context.setTimer("period", patient(state, period));
  }

  function nextTarget(state: SwimState, context: Context<Swim>): NodeId | undefined {
    const { roster } = state;
    if (targets === "random") return roster[Math.floor(context.random() * roster.length)];
    if (state.next >= roster.length) {
      shuffle(roster, () => context.random());
      state.next = 0;
    }
    return roster[state.next++];
  }

  function onIndirect(state: SwimState, context: Context<Swim>): void {
    const { probe } = state;
    if (!probe || probe.answered) return;
    const helpers = drawOthers(state, indirect, probe.target, () => context.random());
    probe.asked = helpers.length;
    for (const helper of helpers) send(state, helper, { type: "PingReq", number: probe.number, target: probe.target }, context);
  }

  function accuseSilent(state: SwimState, context: Context<Swim>): void {
    const { target, asked, nacks } = state.probe!;
    // Helpers that could not reach it either, and say so, show that this node is in touch: then it need not doubt itself.
    doubtHealth(state, asked > 0 ? asked - nacks.length : 1, rules);
    const known = knownOf(state, target);
    if (known?.status !== "alive" && known?.status !== "suspect") return;
    hear(state, { member: target, status: suspicion > 0 ? "suspect" : "dead", incarnation: known.incarnation, by: context.self }, rules, context);
  }

  /** The time of a suspect is over. */
  function onSuspicionOver(state: SwimState, suspect: NodeId, context: Context<Swim>): void {
    const known = knownOf(state, suspect);
    if (known?.status === "suspect") hear(state, { member: suspect, status: "dead", incarnation: known.incarnation, by: context.self }, rules, context);
  }

  function onPingReq(state: SwimState, from: NodeId, asked: { readonly number: number; readonly target: NodeId }, context: Context<Swim>): void {
    const number = ++state.number;
    state.relays[number] = { from, number: asked.number };
    send(state, asked.target, { type: "Ping", number }, context);
    context.setTimer({ relay: number }, pingTimeout);
  }

  function onAck(state: SwimState, { number, of }: { readonly number: number; readonly of: NodeId }, context: Context<Swim>): void {
    const { probe } = state;
    const relay = state.relays[number];
    if (probe && probe.number === number && probe.target === of && !probe.answered) {
      probe.answered = true;
      context.cancelTimer("indirect");
      doubtHealth(state, -1, rules);
    } else if (relay) {
      delete state.relays[number];
      context.cancelTimer({ relay: number });
      send(state, relay.from, { type: "Ack", number: relay.number, of }, context);
    }
  }

  /** Whoever asked for a ping gets word also if nothing was heard (Lifeguard). */
  function onRelayOver(state: SwimState, number: number, context: Context<Swim>): void {
    const relay = state.relays[number];
    if (!relay) return;
    delete state.relays[number];
    if (awareness > 1) send(state, relay.from, { type: "Nack", number: relay.number, of: context.self }, context);
  }

  function onNack({ probe }: SwimState, from: NodeId, number: number): void {
    if (probe?.number === number && !probe.nacks.includes(from)) probe.nacks.push(from);
  }

  return { onPeriod, onIndirect, onSuspicionOver, onPingReq, onAck, onRelayOver, onNack };
}
