import type { Context, NodeId, Protocol } from "../../protocol.js";
import { updatesFor } from "./dissemination.js";
import { beginIncarnation, hear, ownUpdate } from "./hearing.js";
import { joining } from "./joining.js";
import { probing } from "./probing.js";
import { beginSuspicion } from "./suspicion.js";
import { drawOthers, shuffle } from "./table.js";
import type { Content, Swim, SwimMessage, SwimOptions, SwimRules, SwimState } from "./types.js";

/**
 * SWIM, group membership that scales (Das, Gupta and Motivala, DSN 2002): each period a node pings one other, and through
 * `indirect` others if there is no answer; who stays silent is suspected, has some periods to refute that in a higher
 * incarnation, and is then taken for dead. Whatever is found out rides on pings and their answers, each update λ log n
 * times. No node does more work where there are more nodes.
 *
 * Beyond the paper, as in memberlist and other implementations: every message bears its sender's word of itself; whoever
 * is held for dead or gone is told so when it speaks, and may come back in a higher incarnation; nodes join through seeds
 * by an exchange of all they know, look for those that seem dead from time to time, and may leave. Nothing is kept on a
 * disk: a node that starts again learns its incarnation from the others. Throws a `RangeError` unless a ping's timeout is
 * above 0 and below the period, and the other numbers are at least 0.
 */
export function swim(options: SwimOptions = {}): Protocol<Swim> {
  const rules = rulesOf(options);
  const { period, phases, targets, joined, gossip, fanout, sync } = rules;
  const { onPeriod, onIndirect, onSuspicionOver, onPingReq, onAck, onRelayOver, onNack } = probing(rules, send);
  const { onContact, setContact, onSync, onSyncTimer, leave } = joining(rules, send);

  function send(state: SwimState, to: NodeId, content: Content, context: Context<Swim>): void {
    const message: SwimMessage = Object.assign(content, { own: ownUpdate(state, context.self), updates: updatesFor(state, to, rules) });
    context.send(to, message);
  }

  /** Takes part from now on. */
  function enter(state: SwimState, context: Context<Swim>): void {
    context.setTimer("period", phases === "synchronous" ? 0 : period * context.random());
    if (gossip < Infinity) context.setTimer("gossip", gossip * context.random());
    if (sync < Infinity) context.setTimer("sync", sync * context.random());
    if (state.roster.length === 0) onContact(state, context);
    else setContact(state, context);
  }

  function onGossip(state: SwimState, context: Context<Swim>): void {
    for (const node of drawOthers(state, fanout, undefined, () => context.random())) if (state.queue.length > 0) send(state, node, { type: "Gossip" }, context);
    context.setTimer("gossip", gossip);
  }

  function becomeGone(state: SwimState, context: Context<Swim>): void {
    state.presence = "gone";
    for (const timer of ["period", "indirect", "gossip", "sync", "contact"] as const) context.cancelTimer(timer);
    for (const suspect of Object.keys(state.suspicions)) context.cancelTimer({ suspect: Number(suspect) });
    for (const relay of Object.keys(state.relays)) context.cancelTimer({ relay: Number(relay) });
    Object.assign(state, { probe: null, suspicions: {}, relays: {}, queue: [] });
  }

  function join(state: SwimState, context: Context<Swim>): void {
    if (state.presence === "member") return;
    const wasGone = state.presence === "gone";
    state.presence = "member";
    context.cancelTimer("linger");
    // Its word that it left stands in the incarnation before.
    beginIncarnation(state, state.incarnation + 1, context);
    context.output(ownUpdate(state, context.self));
    if (!wasGone) return;
    for (const update of Object.values(state.known)) if (update.status === "suspect") beginSuspicion(state, update, rules, context);
    enter(state, context);
  }

  return {
    init: (self) => ({
      incarnation: 0,
      presence: "member",
      known: {},
      presumed: self < joined ? joined : 0,
      roster: self < joined ? othersOf(self, joined) : [],
      next: 0,
      queue: [],
      probe: null,
      number: 0,
      relays: {},
      suspicions: {},
      health: 0,
    }),
    onStart(state, context) {
      // An answer to an earlier life must not be taken for one to this.
      state.number = Math.floor(context.random() * 1e9);
      if (targets === "round-robin") shuffle(state.roster, () => context.random());
      enter(state, context);
    },
    onMessage(state, from, message, context) {
      if (state.presence === "gone") return;
      hear(state, message.own, rules, context);
      for (const update of message.updates) hear(state, update, rules, context);
      switch (message.type) {
        case "Ping":
          return send(state, from, { type: "Ack", number: message.number, of: context.self }, context);
        case "PingReq":
          return onPingReq(state, from, message, context);
        case "Ack":
          return onAck(state, message, context);
        case "Nack":
          return onNack(state, from, message.number);
        case "Sync":
          for (const update of message.known) hear(state, update, rules, context);
          return onSync(state, from, message.reply, context);
        case "Gossip":
      }
    },
    onTimer(state, timer, context) {
      if (typeof timer === "object") return "suspect" in timer ? onSuspicionOver(state, timer.suspect, context) : onRelayOver(state, timer.relay, context);
      switch (timer) {
        case "period":
          return onPeriod(state, context);
        case "indirect":
          return onIndirect(state, context);
        case "gossip":
          return onGossip(state, context);
        case "sync":
          return onSyncTimer(state, context);
        case "contact":
          return onContact(state, context);
        case "linger":
          return becomeGone(state, context);
      }
    },
    onInput(state, input, context) {
      if (input.type === "leave") leave(state, context);
      else join(state, context);
    },
  };
}

/**
 * SWIM with Lifeguard (Dadgar, Phillips and Currey 2017, arXiv:1707.00788), in memberlist's setting: nodes that doubt
 * their own health grow patient, suspicions are long until others confirm them, suspects are told when they are pinged;
 * and, beyond Lifeguard, updates are also sent without a ping to ride on, and two nodes exchange all they know from time
 * to time. Times that are not given grow with the period (1,000 ms in memberlist).
 */
export function lifeguard(options: SwimOptions = {}): Protocol<Swim> {
  const { period = 1000 } = options;
  return swim({ suspicion: 4, retransmit: 4, logarithm: "decimal", buddy: true, awareness: 8, unconfirmed: 6, confirmations: Math.max(0, (options.suspicion ?? 4) - 2), gossip: period / 5, sync: 30 * period, ...options });
}

function rulesOf(options: SwimOptions): SwimRules {
  const { period = 1000 } = options;
  const rules: SwimRules = {
    period,
    pingTimeout: period / 2,
    indirect: 3,
    targets: "round-robin",
    phases: "random",
    suspicion: 3,
    retransmit: 3,
    logarithm: "natural",
    piggyback: 6,
    joined: 0,
    contact: 5 * period,
    linger: 5 * period,
    buddy: false,
    awareness: 1,
    unconfirmed: 1,
    confirmations: 0,
    gossip: Infinity,
    fanout: 3,
    sync: Infinity,
    ...options,
  };
  const bad = Object.entries(rules).find(([, value]) => typeof value === "number" && !(value >= 0));
  if (bad) throw new RangeError(`expected ${bad[0]} of at least 0, not ${bad[1]}`);
  if (!(rules.pingTimeout > 0 && rules.pingTimeout < rules.period)) throw new RangeError(`expected a ping's timeout above 0 and below the period, not ${rules.pingTimeout} ms in ${rules.period} ms`);
  if (!(rules.awareness >= 1 && rules.unconfirmed >= 1)) throw new RangeError(`expected awareness and unconfirmed of at least 1, not ${rules.awareness} and ${rules.unconfirmed}`);
  return rules;
}

function othersOf(self: NodeId, size: number): NodeId[] {
  const others: NodeId[] = [];
  for (let node = 0; node < size; node++) if (node !== self) others.push(node);
  return others;
}
