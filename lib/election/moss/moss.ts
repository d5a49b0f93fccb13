import type { Context, NodeId, Protocol } from "../../protocol.js";
import { completeGraph, type LockSets } from "./lockSets.js";

/**
 * MOSS, the survey's election by locks for stable and strict clusters (its section 3.1), literally. The name is the
 * survey's own: no other source describes it. Every node has one lock, a logical clock, and a *state identifier*: what it
 * is about. A node that wants to lead asks a random neighbour for its lock, and once it is granted the next one; who holds
 * the locks of all neighbours leads and tells the others; who is told notes it and sends no more. Where two want the same
 * lock, states and clocks are compared: who leads keeps it, otherwise the older wish goes first, of equally old ones that
 * of the lower id; a lock that a younger one got first is asked back. With `order` off, locks go to whoever comes first.
 *
 * This is Ricart and Agrawala's mutual exclusion (CACM 24(1), 1981) with neighbours in place of all nodes, where nobody
 * ever leaves: there is no lease, so that what is locked stays locked, and a lock is not on disk. Whether locks of the
 * neighbours are enough depends on the neighbourhoods: any two must have a node in common. As its models do, it presumes
 * a network that loses and repeats nothing, and nodes that do not crash. Throws a `RangeError` for a time below 0.
 */
export function moss({ neighbors = completeGraph, order = true, startWithin = 50 }: MossOptions = {}): Protocol<Moss> {
  if (!(startWithin >= 0 && startWithin < Infinity)) throw new RangeError(`expected a time from 0 ms, not ${startWithin}`);

  // Who wants to lead.

  function want(state: MossState, context: Context<Moss>): void {
    state.state = "wanting";
    state.wish = ++state.clock;
    askNext(state, context);
  }

  /** Its own lock first, then the others' in random order. */
  function askNext(state: MossState, context: Context<Moss>): void {
    const needed = neighbors(context.self, context.size);
    if (needed.every((node) => state.held.includes(node))) return lead(state, context);
    const left = needed.filter((node) => !state.held.includes(node) && !state.asked.includes(node));
    if (left.length === 0) return;
    const next = left.includes(context.self) ? context.self : left[Math.floor(context.random() * left.length)]!;
    state.asked.push(next);
    say(state, next, { type: "Ask", clock: state.wish }, context);
  }

  function onGrant(state: MossState, from: NodeId, context: Context<Moss>): void {
    if (state.state !== "wanting") return;
    state.asked = state.asked.filter((node) => node !== from);
    state.held.push(from);
    if (state.wantedBack.includes(from)) giveBack(state, from, context);
    askNext(state, context);
  }

  function onAskedBack(state: MossState, from: NodeId, context: Context<Moss>): void {
    if (state.state !== "wanting") return;
    // It may have overtaken the grant.
    if (state.held.includes(from)) giveBack(state, from, context);
    else if (state.asked.includes(from)) state.wantedBack.push(from);
  }

  /** The lock's owner keeps the wish in mind: it need not be asked again. */
  function giveBack(state: MossState, to: NodeId, context: Context<Moss>): void {
    state.wantedBack = state.wantedBack.filter((node) => node !== to);
    state.held = state.held.filter((node) => node !== to);
    state.asked.push(to);
    say(state, to, { type: "GivenBack" }, context);
  }

  function lead(state: MossState, context: Context<Moss>): void {
    state.state = "leading";
    state.leader = context.self;
    context.output({ type: "leader", leader: context.self });
    for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { type: "Leader" });
  }

  function onLeader(state: MossState, from: NodeId, context: Context<Moss>): void {
    if (state.state === "leading") return;
    state.state = "following";
    state.leader = from;
    context.cancelTimer("begin");
    context.output({ type: "leader", leader: from });
  }

  // Whose lock it is.

  function onAsk(state: MossState, from: NodeId, clock: number, context: Context<Moss>): void {
    state.clock = Math.max(state.clock, clock) + 1;
    if (state.state === "following") return;
    state.queue.push({ node: from, clock });
    if (state.lock === null) return grantNext(state, context);
    if (!order || state.askedBack || !isOlder({ node: from, clock }, state.lock)) return;
    state.askedBack = true;
    say(state, state.lock.node, { type: "AskedBack" }, context);
  }

  function onGivenBack(state: MossState, from: NodeId, context: Context<Moss>): void {
    // Whoever comes back from a crash has forgotten whose its lock was.
    if (state.state === "following" || state.lock?.node !== from) return;
    state.queue.push(state.lock);
    state.lock = null;
    grantNext(state, context);
  }

  function grantNext(state: MossState, context: Context<Moss>): void {
    const next = order ? state.queue.reduce((oldest, wish) => (isOlder(wish, oldest) ? wish : oldest)) : state.queue[0]!;
    state.queue = state.queue.filter((wish) => wish !== next);
    state.lock = next;
    state.askedBack = false;
    say(state, next.node, { type: "Grant" }, context);
  }

  /** What a node says to itself needs no network. */
  function say(state: MossState, to: NodeId, message: Moss["Message"], context: Context<Moss>): void {
    if (to === context.self) onMessage(state, to, message, context);
    else context.send(to, message);
  }

  function onMessage(state: MossState, from: NodeId, message: Moss["Message"], context: Context<Moss>): void {
    switch (message.type) {
      case "Ask":
        return onAsk(state, from, message.clock, context);
      case "Grant":
        return onGrant(state, from, context);
      case "AskedBack":
        return onAskedBack(state, from, context);
      case "GivenBack":
        return onGivenBack(state, from, context);
      case "Leader":
        return onLeader(state, from, context);
    }
  }

  return {
    init: () => ({ state: "idle", clock: 0, wish: 0, held: [], asked: [], wantedBack: [], lock: null, queue: [], askedBack: false, leader: null }),
    onStart: (_state, context) => context.setTimer("begin", startWithin * context.random()),
    onTimer: (state, _timer, context) => want(state, context),
    onMessage,
  };
}

/** Whether a wish goes before another: it is older by the logical clocks, or as old and of a lower id (Lamport 1978). */
export const isOlder = (a: Wish, b: Wish): boolean => a.clock < b.clock || (a.clock === b.clock && a.node < b.node);

export interface MossOptions {
  /** Whose locks a node needs. Default: all nodes', its own included. */
  readonly neighbors?: LockSets;
  /** Whether the older wish goes first; otherwise whoever comes first. Default true. */
  readonly order?: boolean;
  /** Each node begins to want to lead at a random time up to this one, in ms. Default 50. */
  readonly startWithin?: number;
}

export interface Wish {
  readonly node: NodeId;
  /** The logical clock of that node when it began to want to lead. */
  readonly clock: number;
}

export interface MossState {
  /** The survey's state identifier. */
  state: "idle" | "wanting" | "leading" | "following";
  /** Lamport's logical clock, moved on by every request. */
  clock: number;
  /** The clock when it began to want to lead; 0: not yet. */
  wish: number;
  /** Whose locks it holds, whose it has asked for, and of these whose it is to give back as soon as it gets them. */
  held: NodeId[];
  asked: NodeId[];
  wantedBack: NodeId[];
  /** Who has its own lock, who waits for it, and whether it has asked for it back. */
  lock: Wish | null;
  queue: Wish[];
  askedBack: boolean;
  /** Whom it takes for the leader. */
  leader: NodeId | null;
}

export interface Moss {
  State: MossState;
  Message: { readonly type: "Ask"; readonly clock: number } | { readonly type: "Grant" | "AskedBack" | "GivenBack" | "Leader" };
  Timer: "begin";
  Output: { readonly type: "leader"; readonly leader: NodeId };
}
