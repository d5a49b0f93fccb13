import type { Context, NodeId, Protocol } from "leaderlab";

/**
 * What the protocol is made of. Fixed: a client gives a node a value, a whole number, as an input; a node tells its client
 * each value once, as an output. State, messages and timers are yours: what stands here is a proposal.
 */
export interface Broadcast {
  State: State;
  Message: Message;
  Timer: "tick";
  Input: number;
  Output: number;
}

/** A node's memory. Plain data: lists, objects, numbers, strings; no Set, no Map. */
export interface State {
  /** All values that this node has told. */
  seen: number[];
  links: Link[];
}

/** What a node remembers of one of its neighbours. */
export interface Link {
  readonly neighbour: NodeId;
  /** Values that it may lack: it has not confirmed them. `sent` is when they were sent last (ms), null if never. */
  pending: { readonly value: number; sent: number | null }[];
  /** Values that it has sent, and that are to be confirmed to it. */
  toConfirm: number[];
}

/** New values, and those that have arrived from the receiver. */
export interface Message {
  readonly values: readonly number[];
  readonly confirmed: readonly number[];
}

/** How often a node looks what it has to send, ms. */
const period = 200;
/** How long it waits for a confirmation before it sends a value again, ms. */
const patience = 700;

/** The protocol: the same rules for every node. */
export function broadcast(): Protocol<Broadcast> {
  return {
    init(self, size) {
      return { seen: [], links: neighboursOf(self, size).map((neighbour) => ({ neighbour, pending: [], toConfirm: [] })) };
    },

    onStart(_state, context) {
      // <answer> TODO: what must be set for anything to happen later?
      context.setTimer("tick", period);
      // </answer>
    },

    onInput(state, value, context) {
      // <answer> TODO: a client has given this node a value.
      learn(state, [value], null, context);
      // </answer>
    },

    onMessage(state, from, { values, confirmed }, context) {
      // <answer> TODO: what does the sender have, what does it know of us, and what is new here?
      const link = state.links.find(({ neighbour }) => neighbour === from)!;
      // Who sends a value has it: neither a confirmation nor the value need go there.
      link.pending = link.pending.filter(({ value }) => !confirmed.includes(value) && !values.includes(value));
      // Also what we had already: our last confirmation may be lost.
      link.toConfirm.push(...values);
      learn(state, values, from, context);
      // </answer>
    },

    onTimer(state, _timer, context) {
      // <answer> TODO: send what has gathered, in one message for each neighbour; and what was sent long ago and never confirmed, again.
      for (const link of state.links) {
        const due = link.pending.filter(({ sent }) => sent === null || context.now - sent >= patience);
        if (due.length === 0 && link.toConfirm.length === 0) continue;
        for (const one of due) one.sent = context.now;
        context.send(link.neighbour, { values: due.map(({ value }) => value), confirmed: link.toConfirm });
        link.toConfirm = [];
      }
      context.setTimer("tick", period);
      // </answer>
    },
  };
}

/** With whom a node talks. Whatever shape all these links have together, there must be a way from every node to every other. */
function neighboursOf(self: NodeId, size: number): NodeId[] {
  // <answer> TODO: choose a shape. How many links are there, and how far is it from end to end?
  // A tree: no fewer links can hold all together. With five children each, 25 nodes are four steps apart at most.
  const children = Array.from({ length: 5 }, (_, child) => 5 * self + 1 + child).filter((node) => node < size);
  return self === 0 ? children : [Math.floor((self - 1) / 5), ...children];
  // </answer> throw new Error("neighboursOf is still to do");
}

/** Takes over what is new: tells the client, and remembers who is still to get it. `from` is the neighbour that sent it; null: a client. */
function learn(state: State, values: readonly number[], from: NodeId | null, context: Context<Broadcast>): void {
  // <answer> TODO: a value may come more than once, and from several sides.
  for (const value of values) {
    if (state.seen.includes(value)) continue;
    state.seen.push(value);
    context.output(value);
    for (const { neighbour, pending } of state.links) if (neighbour !== from) pending.push({ value, sent: null });
  }
  // </answer>
}
