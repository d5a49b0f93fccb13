import type { Context, NodeId, Protocol } from "../../protocol.js";
import { multiPaxos, type MultiPaxosOptions } from "../paxos/multiPaxos.js";
import type { MultiPaxos, MultiPaxosMessage } from "../paxos/multiPaxos.types.js";
import { quorumsOf } from "../paxos/quorums.js";
import type { Machine } from "../service/machine.js";
import { rewired } from "../rewired.js";
import { beginToOverhear, hasEnough, isStale, overhear } from "./overheard.js";
import { overlay } from "./overlay.js";
import { isNew } from "./seen.js";
import type { GossipPaxos, GossipPaxosState, HeldRumor, Rumor } from "./types.js";

/** How rumours travel. Multi-Paxos keeps its own options. */
export interface GossipPaxosOptions extends MultiPaxosOptions {
  /** How many neighbours a node has at most: an even number. Default 4. */
  readonly degree?: number;
  /** Decides the overlay. Default 1. */
  readonly overlaySeed?: number;
  /** Whether a rumour that has come before is dropped. Default true. */
  readonly suppress?: boolean;
  /** Over how many links a rumour goes at most. Default Infinity; without suppression it must be finite, or rumours would never end. */
  readonly hops?: number;
  /** Whether answers that nobody needs any more are dropped. Default true. */
  readonly filter?: boolean;
  /** Whether equal answers of several nodes go on as one. Default true. */
  readonly aggregate?: boolean;
  /** How long an answer waits for others that it may be merged with, in ms. Default 2. */
  readonly linger?: number;
}

/**
 * Paxos over gossip (Cason, Milosevic, Milosevic and Pedone, Gossip Consensus, Middleware 2021): Multi-Paxos whose
 * messages are rumours. A node knows a few neighbours only; what it has to say it tells these, and what it is told it
 * passes on. Three rules keep the flood low: what has come before is dropped (*suppression*), an answer that nobody needs
 * any more is dropped (*filtering*), and equal answers of several nodes go on as one, with the names of all (*aggregation*).
 *
 * The rules of Paxos are those of `multiPaxos`, untouched: a proposer still leads. Rumours may be lost, as any message may;
 * what is lost Paxos asks for again. Throws a `RangeError` for options out of range.
 */
export function gossipPaxos(options?: GossipPaxosOptions): Protocol<GossipPaxos>;
export function gossipPaxos<S, C, R>(options: GossipPaxosOptions & { readonly machine: Machine<S, C, R> }): Protocol<GossipPaxos<S, C, R>>;
export function gossipPaxos(options: GossipPaxosOptions & { readonly machine?: Machine<any, any, any> } = {}): Protocol<any> {
  return overGossip(options.machine ? multiPaxos({ ...options, machine: options.machine }) : multiPaxos(options), options);
}

/** The rules that decide what is passed on, for mutants to break. */
export interface GossipRules {
  readonly isNew: typeof isNew;
  readonly overhear: typeof overhear;
  /** Under which name two answers count as equal. */
  readonly nameOf: (rumor: Rumor<any>) => string;
}

const RULES: GossipRules = { isNew, overhear, nameOf: ({ to, message }) => JSON.stringify([to, message]) };

/** Any Multi-Paxos over gossip. `rules` replaces some that decide what is passed on. */
export function overGossip<S, C, R>(paxos: Protocol<MultiPaxos<S, C, R>>, options: GossipPaxosOptions = {}, rules: Partial<GossipRules> = {}): Protocol<GossipPaxos<S, C, R>> {
  type Memory = GossipPaxosState<S, C, R>;
  type Own = Context<GossipPaxos<S, C, R>>;
  const { degree = 4, overlaySeed = 1, suppress = true, hops = Infinity, filter = true, aggregate = true, linger = 2 } = options;
  const { isNew, overhear, nameOf } = { ...RULES, ...rules };
  overlay(1, degree, overlaySeed);
  if (!(hops >= 1) || (!suppress && hops === Infinity)) throw new RangeError(`expected a number of links from 1${suppress ? "" : ", finite where nothing is suppressed"}, not ${hops}`);
  if (!(linger >= 0 && linger < Infinity)) throw new RangeError(`expected a time from 0 ms, not ${linger}`);

  /** Lets Paxos act, then tells the neighbours what it had to say: one rumour for each different message. */
  function withPaxos(state: Memory, context: Own, act: (context: Context<MultiPaxos<S, C, R>>) => void): void {
    const said: { readonly message: MultiPaxosMessage<C>; readonly to: NodeId[] }[] = [];
    const send = (to: NodeId, message: MultiPaxosMessage<C>) => {
      const same = said.find((one) => one.message === message || JSON.stringify(one.message) === JSON.stringify(message));
      if (same) same.to.push(to);
      else said.push({ message, to: [to] });
    };
    act(rewired(context as unknown as Context<MultiPaxos<S, C, R>>, { send }));
    for (const { message, to } of said) begin(state, to.length === context.size - 1 ? null : to, message, context);
  }

  function begin(state: Memory, to: readonly NodeId[] | null, message: MultiPaxosMessage<C>, context: Own): void {
    const id = { origin: context.self, life: state.life, serial: state.serial++ };
    consider(state, { ids: [id], to, hops: 1, message }, null, context);
  }

  function onRumor(state: Memory, from: NodeId, rumor: Rumor<C>, context: Own): void {
    const { to, message } = rumor;
    const ids = rumor.ids.filter((id) => id.origin !== context.self && (!suppress || isNew(state.seen, id)));
    if (ids.length < rumor.ids.length) state.suppressed++;
    if (ids.length === 0) return;
    const forOthers = to === null || to.some((node) => node !== context.self);
    if (forOthers && rumor.hops < hops) consider(state, { ...rumor, ids, hops: rumor.hops + 1 }, from, context);
    if (to === null || to.includes(context.self)) withPaxos(state, context, (own) => ids.forEach(({ origin }) => paxos.onMessage(state.paxos, origin, message, own)));
  }

  /** Passes a rumour on, at once or with others, unless it is of no use. */
  function consider(state: Memory, rumor: Rumor<C>, from: NodeId | null, context: Own): void {
    const { message } = rumor;
    const useless = filter && (isStale(state.overheard, message) || hasEnough(state.overheard, message, quorumsOf(options, context.size).phase2));
    overhear(state.overheard, rumor.ids.map(({ origin }) => origin), message);
    if (useless) {
      state.filtered++;
    } else if (aggregate && isAnswer(message)) {
      if (state.held.length === 0) context.setTimer("pass on", linger);
      state.held.push({ rumor, from });
    } else for (const neighbor of state.neighbors) if (neighbor !== from) context.send(neighbor, rumor);
  }

  /** Passes on what waited: to each neighbour what it did not bring itself, equal answers as one. */
  function passOn(state: Memory, context: Own): void {
    const waiting = filter ? state.held.filter(({ rumor }) => !isStale(state.overheard, rumor.message)) : state.held;
    state.filtered += state.held.length - waiting.length;
    state.held = [];
    for (const neighbor of state.neighbors) for (const rumor of merged(waiting.filter(({ from }) => from !== neighbor), nameOf)) context.send(neighbor, rumor);
  }

  return {
    init: (self, size, stored, log) => ({
      paxos: paxos.init(self, size, stored, log),
      ...{ neighbors: overlay(size, degree, overlaySeed)[self]!, life: 0, serial: 0, seen: {}, overheard: beginToOverhear(), held: [], suppressed: 0, filtered: 0 },
    }),
    onStart(state, context) {
      state.life = Math.floor(context.random() * 4294967296);
      withPaxos(state, context, (own) => paxos.onStart?.(state.paxos, own));
    },
    onMessage: onRumor,
    onTimer(state, timer, context) {
      if (timer === "pass on") passOn(state, context);
      else withPaxos(state, context, (own) => paxos.onTimer!(state.paxos, timer, own));
    },
    onInput: (state, input, context) => withPaxos(state, context, (own) => paxos.onInput!(state.paxos, input, own)),
  };
}

/** Answers of the many to the one: what may be merged. */
const isAnswer = ({ type }: MultiPaxosMessage<unknown>) => type === "Promise" || type === "Accepted" || type === "Nack";

/** Equal rumours as one, in the order in which each first came. */
function merged<C>(held: readonly HeldRumor<C>[], nameOf: GossipRules["nameOf"]): Rumor<C>[] {
  const groups = new Map<string, Rumor<C>>();
  for (const { rumor } of held) {
    const name = nameOf(rumor);
    const group = groups.get(name);
    groups.set(name, group ? { ...group, ids: [...group.ids, ...rumor.ids], hops: Math.max(group.hops, rumor.hops) } : rumor);
  }
  return [...groups.values()];
}
