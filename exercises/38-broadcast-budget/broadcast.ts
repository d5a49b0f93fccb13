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
      // TODO: what must be set for anything to happen later?
    },

    onInput(state, value, context) {
      // TODO: a client has given this node a value.
    },

    onMessage(state, from, { values, confirmed }, context) {
      // TODO: what does the sender have, what does it know of us, and what is new here?
    },

    onTimer(state, _timer, context) {
      // TODO: send what has gathered, in one message for each neighbour; and what was sent long ago and never confirmed, again.
    },
  };
}

/** With whom a node talks. Whatever shape all these links have together, there must be a way from every node to every other. */
function neighboursOf(self: NodeId, size: number): NodeId[] {
  // TODO: choose a shape. How many links are there, and how far is it from end to end?
  throw new Error("neighboursOf is still to do");
}

/** Takes over what is new: tells the client, and remembers who is still to get it. `from` is the neighbour that sent it; null: a client. */
function learn(state: State, values: readonly number[], from: NodeId | null, context: Context<Broadcast>): void {
  // TODO: a value may come more than once, and from several sides.
}
