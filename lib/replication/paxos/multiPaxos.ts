import type { Context, NodeId, Protocol } from "../../protocol.js";
import { keyValue } from "../service/keyValue.js";
import type { Machine } from "../service/machine.js";
import { applyOnce, beginSessions } from "../service/sessions.js";
import { nextBallot } from "./ballots.js";
import type { Acceptance, MultiPaxos, MultiPaxosMessage, MultiPaxosState, Proposal, Value } from "./multiPaxos.types.js";
import { type QuorumOptions, type Quorums, quorumsOf } from "./quorums.js";

/** How a Multi-Paxos cluster is tuned. */
export interface MultiPaxosOptions extends QuorumOptions {
  /** A node that has heard of no leader for so long stands itself; drawn uniformly from this range, in ms, anew each time, and doubled each time it stands in vain, up to eightfold. Default [150, 300]. */
  readonly electionTimeout?: readonly [low: number, high: number];
  /** Time between a leader's heartbeats, in ms. Default: half the lowest election timeout. */
  readonly heartbeat?: number;
  /** How many values a learner that lags is told at a time. Default 100. */
  readonly catchUp?: number;
  /** What an empty disk at a start means: a new node, or one that has lost its disk, which abstains (Chandra, Griesemer and Redstone, PODC 2007, §5.1). Default `new`. */
  readonly emptyDisk?: "new" | "lost";
}

/**
 * Multi-Paxos (Lamport, Paxos Made Simple, 2001, §3): a log of decisions, one a slot. A leader gets promises for all
 * slots at once; from then on a command costs phase 2 alone. It carries a machine, the key-value store unless given another:
 * all commands, reads too, go through the log. Throws a `RangeError` if the options do not fit together; the quorums are
 * looked at when a node starts.
 */
export function multiPaxos(options?: MultiPaxosOptions): Protocol<MultiPaxos>;
export function multiPaxos<S, C, R>(options: MultiPaxosOptions & { readonly machine: Machine<S, C, R> }): Protocol<MultiPaxos<S, C, R>>;
export function multiPaxos(options: MultiPaxosOptions & { readonly machine?: Machine<unknown, unknown, unknown> } = {}): Protocol<any> {
  const { machine = keyValue, ...rest } = options;
  return multiPaxosOf<unknown, unknown, unknown>(machine, (size) => quorumsOf(rest, size), rest);
}

/** The same with quorums that nobody has checked: for a look at what happens if they do not meet. */
export const multiPaxosWith = (quorums: (size: number) => Quorums, options: Omit<MultiPaxosOptions, keyof QuorumOptions> = {}): Protocol<MultiPaxos> => multiPaxosOf(keyValue, quorums, options);

function multiPaxosOf<S, C, R>(machine: Machine<S, C, R>, quorums: (size: number) => Quorums, options: Omit<MultiPaxosOptions, keyof QuorumOptions>): Protocol<MultiPaxos<S, C, R>> {
  type Memory = MultiPaxosState<S, C, R>;
  type Message = MultiPaxosMessage<C>;
  type Own = Context<MultiPaxos<S, C, R>>;
  const [low, high] = options.electionTimeout ?? [150, 300];
  const { heartbeat = low / 2, catchUp = 100, emptyDisk = "new" } = options;
  if (!(low >= 0 && high >= low && high > 0 && high < Infinity)) throw new RangeError(`expected an election timeout [low, high] in ms with 0 ≤ low ≤ high and high above 0, not [${low}, ${high}]`);
  if (!(heartbeat > 0 && heartbeat < Infinity)) throw new RangeError(`expected a heartbeat interval above 0 ms, not ${heartbeat}`);
  if (!(Number.isInteger(catchUp) && catchUp > 0)) throw new RangeError(`expected a number of values from 1 to catch up with, not ${catchUp}`);

  // The proposer: phase 1, once for all slots.

  /** Asks for promises under a ballot of its own that it has never used, for every slot that it does not know to be chosen. */
  function prepare(state: Memory, context: Own): void {
    stepDown(state, context);
    state.role = "preparing";
    state.ballot = nextBallot(Math.max(state.ballot, state.promised, state.heard), context.self, context.size);
    waitForLeader(state, context);
    state.failures = Math.min(state.failures + 1, 3);
    // Its own promise makes the ballot durable before anyone else hears of it.
    toAll(state, { type: "Prepare", ballot: state.ballot, first: state.chosen.length }, context);
  }

  function onPromise(state: Memory, from: NodeId, ballot: number, accepted: readonly Acceptance<C>[], context: Own): void {
    if (state.role !== "preparing" || ballot !== state.ballot) return;
    if (!state.promises.some((promise) => promise.from === from)) state.promises.push({ from, accepted });
    if (state.promises.length >= quorums(context.size).phase1) lead(state, context);
  }

  /** Proposes in each slot the value accepted in the highest ballot that it was told of, and a no-op where there is none before the last. */
  function lead(state: Memory, context: Own): void {
    const newest: Acceptance<C>[] = [];
    for (const { accepted } of state.promises) {
      for (const acceptance of accepted) if (acceptance.ballot > (newest[acceptance.slot]?.ballot ?? 0)) newest[acceptance.slot] = acceptance;
    }
    state.role = "leader";
    state.leader = context.self;
    state.failures = 0;
    state.promises = [];
    state.next = Math.max(newest.length, state.chosen.length);
    context.cancelTimer("election");
    context.output({ type: "leader", leader: context.self, ballot: state.ballot });
    const unfinished: Proposal<C>[] = [];
    for (let slot = state.chosen.length; slot < state.next; slot++) unfinished.push({ slot, value: newest[slot]?.value ?? null });
    propose(state, unfinished, context);
    context.setTimer("heartbeat", heartbeat);
  }

  // The leader: phase 2, slot by slot.

  function propose(state: Memory, proposals: readonly Proposal<C>[], context: Own): void {
    for (const { slot, value } of proposals) state.open.push({ slot, value, acceptedBy: [] });
    toAll(state, { type: "Accept", ballot: state.ballot, proposals, chosen: state.chosen.length }, context);
  }

  function onAccepted(state: Memory, from: NodeId, ballot: number, slots: readonly number[], context: Own): void {
    if (state.role !== "leader" || ballot !== state.ballot) return;
    const { phase2 } = quorums(context.size);
    for (const { slot, value, acceptedBy } of state.open) {
      if (!slots.includes(slot)) continue;
      if (!acceptedBy.includes(from)) acceptedBy.push(from);
      if (acceptedBy.length >= phase2 && slot >= state.chosen.length) state.ahead[slot] = value;
    }
    carryOut(state, context);
    state.open = state.open.filter(({ slot }) => slot >= state.chosen.length && !(slot in state.ahead));
  }

  /** Says that it is there, what is chosen, and once more what has not been accepted. */
  function beat(state: Memory, context: Own): void {
    for (let peer = 0; peer < context.size; peer++) {
      if (peer === context.self) continue;
      const proposals = state.open.filter(({ acceptedBy }) => !acceptedBy.includes(peer)).map(({ slot, value }) => ({ slot, value }));
      context.send(peer, { type: "Accept", ballot: state.ballot, proposals, chosen: state.chosen.length });
    }
    context.setTimer("heartbeat", heartbeat);
  }

  /** Gives up a ballot that a higher one has overtaken, and stands back for a while. */
  function onNack(state: Memory, ballot: number, promised: number, context: Own): void {
    if (state.role === "follower" || ballot !== state.ballot) return;
    state.heard = Math.max(state.heard, promised);
    stepDown(state, context);
    waitForLeader(state, context);
  }

  function stepDown(state: Memory, context: Own): void {
    if (state.role === "leader") context.cancelTimer("heartbeat");
    state.role = "follower";
    state.leader = null;
    state.promises = [];
    state.open = [];
  }

  function waitForLeader(state: Memory, context: Own): void {
    if (!state.abstains) context.setTimer("election", (low + (high - low) * context.random()) * (1 << state.failures));
  }

  // The acceptor.

  function onPrepare(state: Memory, from: NodeId, ballot: number, first: number, context: Own): void {
    if (ballot < state.promised) return say(state, from, { type: "Nack", ballot, promised: state.promised }, context);
    promise(state, from, ballot, context);
    const accepted = state.accepted.slice(first).filter((acceptance) => acceptance !== null);
    say(state, from, { type: "Promise", ballot, accepted }, context);
  }

  function onAccept(state: Memory, from: NodeId, ballot: number, proposals: readonly Proposal<C>[], context: Own): void {
    if (ballot < state.promised) return say(state, from, { type: "Nack", ballot, promised: state.promised }, context);
    promise(state, from, ballot, context);
    const news = proposals.filter(({ slot }) => state.accepted[slot]?.ballot !== ballot).map(({ slot, value }) => ({ slot, ballot, value }));
    for (const acceptance of news) note(state, acceptance);
    if (news.length > 0) context.append(news);
    if (proposals.length > 0) say(state, from, { type: "Accepted", ballot, slots: proposals.map(({ slot }) => slot) }, context);
  }

  /** Promises to accept nothing in a lower ballot, in any slot; a leader or proposer of one gives up. */
  function promise(state: Memory, from: NodeId, ballot: number, context: Own): void {
    if (from !== context.self && state.role !== "follower") stepDown(state, context);
    if (from !== context.self) waitForLeader(state, context);
    if (ballot === state.promised) return;
    state.promised = ballot;
    if (from !== context.self) state.leader = null;
    context.save({ ballot: state.ballot, promised: state.promised });
  }

  // The learner.

  /** A leader has spoken: what it calls chosen is what it has proposed in its own ballot; what else there is it must be asked for. */
  function onLeader(state: Memory, leader: NodeId, ballot: number, chosen: number, context: Own): void {
    if (!state.abstains && ballot !== state.promised) return;
    if (state.leader !== leader) {
      state.leader = leader;
      state.failures = 0;
      context.output({ type: "leader", leader, ballot });
    }
    for (let slot = state.chosen.length; slot < chosen; slot++) {
      const acceptance = state.accepted[slot];
      if (acceptance?.ballot === ballot) state.ahead[slot] = acceptance.value;
    }
    carryOut(state, context);
    if (state.chosen.length < chosen) context.send(leader, { type: "Learn", first: state.chosen.length });
  }

  /** Carries out what is chosen, in the order of the slots and up to the first gap. */
  function carryOut(state: Memory, context: Own): void {
    for (let slot = state.chosen.length; slot in state.ahead; slot++) {
      const value = state.ahead[slot]!;
      delete state.ahead[slot];
      state.chosen.push(value);
      context.output({ type: "chosen", slot, value });
      if (value === null) continue;
      const { client, serial } = value;
      const result = applyOnce(machine, state.sessions, value);
      if (state.asked[client] !== serial || result === undefined) continue;
      delete state.asked[client];
      context.output({ type: "answer", client, serial, result });
    }
  }

  function onRequest(state: Memory, { client, serial, command }: NonNullable<Value<C>>, context: Own): void {
    if (state.role !== "leader") return context.output({ type: "refused", client, serial, leader: state.leader });
    state.asked[client] = serial;
    propose(state, [{ slot: state.next++, value: { client, serial, command } }], context);
  }

  function toAll(state: Memory, message: Message, context: Own): void {
    onMessage(state, context.self, message, context);
    for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, message);
  }

  /** What a node says to itself needs no network. */
  function say(state: Memory, to: NodeId, message: Message, context: Own): void {
    if (to === context.self) onMessage(state, to, message, context);
    else context.send(to, message);
  }

  function onMessage(state: Memory, from: NodeId, message: Message, context: Own): void {
    switch (message.type) {
      case "Prepare":
        return state.abstains ? undefined : onPrepare(state, from, message.ballot, message.first, context);
      case "Promise":
        return onPromise(state, from, message.ballot, message.accepted, context);
      case "Accept":
        if (!state.abstains) onAccept(state, from, message.ballot, message.proposals, context);
        return from === context.self ? undefined : onLeader(state, from, message.ballot, message.chosen, context);
      case "Accepted":
        return onAccepted(state, from, message.ballot, message.slots, context);
      case "Nack":
        return onNack(state, message.ballot, message.promised, context);
      case "Learn":
        return context.send(from, { type: "Chosen", first: message.first, values: state.chosen.slice(message.first, message.first + catchUp) });
      case "Chosen":
        message.values.forEach((value, i) => {
          if (message.first + i >= state.chosen.length) state.ahead[message.first + i] = value;
        });
        return carryOut(state, context);
    }
  }

  return {
    init(_self, size, stored, log = []) {
      quorums(size);
      const { ballot, promised } = stored ?? FORMATTED;
      const state: Memory = {
        ...{ role: "follower", ballot, promised, accepted: [], chosen: [], ahead: {}, sessions: beginSessions(machine), asked: {}, leader: null },
        ...{ heard: 0, failures: 0, promises: [], open: [], next: 0, abstains: stored === undefined && emptyDisk === "lost" },
      };
      for (const acceptance of log) note(state, acceptance);
      return state;
    },
    onStart: waitForLeader,
    onInput(state, input, context) {
      if (input.type === "request") onRequest(state, input, context);
      else if (state.role !== "leader" && !state.abstains) prepare(state, context);
    },
    onMessage,
    onTimer(state, timer, context) {
      if (timer === "heartbeat") beat(state, context);
      else prepare(state, context);
    },
  };
}

/** What a new node's disk holds. */
export const FORMATTED: MultiPaxos["Stored"] = { ballot: 0, promised: 0 };

/** A later acceptance in a slot replaces an earlier one. */
function note<C>({ accepted }: Pick<MultiPaxosState<unknown, C, unknown>, "accepted">, acceptance: Acceptance<C>): void {
  while (accepted.length < acceptance.slot) accepted.push(null);
  accepted[acceptance.slot] = acceptance;
}
