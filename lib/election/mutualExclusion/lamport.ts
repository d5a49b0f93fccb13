import type { Context, NodeId, Protocol } from "../../protocol.js";
import { type Channels, inOrder, newChannels, type Numbered, numbered } from "../channels.js";

/**
 * Mutual exclusion by logical clocks (Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, CACM
 * 21(7), 1978: the example that the paper gives for its total order of events). Every node keeps a queue of all requests,
 * and all agree on their order: a request with a lower timestamp goes before, of equal ones that of the lower id. A node
 * enters when its own request is the first of its queue and it has heard from every other node since: then no earlier
 * request can be under way. The five rules are marked with their numbers. Each entry takes 3(n − 1) messages: a request, an
 * acknowledgment and a release to or from every other node. (A footnote spares an acknowledgment to whoever has been sent
 * something later than its request; here all are sent.)
 *
 * The paper presumes that messages between two nodes arrive in the order in which they were sent, and names what brings
 * that about: numbers on messages. Here they are numbered, so that links may overtake and repeat. Nothing may be lost and
 * no node may crash: all wait for each. A client asks for one entry at a time; what it asks for otherwise is ignored.
 * `changed`: rules to be broken; default none.
 */
export function lamport(changed: Partial<LamportRules> = {}): Protocol<Lamport> {
  const rules = { ...lamportRules, ...changed };

  /** Rule 1. */
  function request(state: LamportState, context: Context<Lamport>): void {
    state.clock++;
    state.request = { timestamp: state.clock, node: context.self };
    state.queue.push(state.request);
    tellAll(state, { type: "Request", timestamp: state.clock }, context);
    // A node that is alone waits for nobody.
    enterIfGranted(state, context);
  }

  /** Rule 2. */
  function onRequest(state: LamportState, from: NodeId, timestamp: number, context: Context<Lamport>): void {
    state.queue.push({ timestamp, node: from });
    tell(state, from, { type: "Acknowledge", timestamp: state.clock }, context);
  }

  /** Rule 3. */
  function release(state: LamportState, context: Context<Lamport>): void {
    state.clock++;
    state.inside = false;
    state.request = null;
    state.queue = state.queue.filter(({ node }) => node !== context.self);
    tellAll(state, { type: "Release", timestamp: state.clock }, context, rules.toldOfRelease);
  }

  /** Rule 4. */
  function onRelease(state: LamportState, from: NodeId): void {
    state.queue = state.queue.filter(({ node }) => node !== from);
  }

  /** Rule 5. */
  function enterIfGranted(state: LamportState, context: Context<Lamport>): void {
    const { request: own, queue, inside } = state;
    if (inside || own === null || !queue.every((other) => other.node === own.node || rules.goesBefore(own, other)) || !rules.heardSince(state, context)) return;
    state.inside = true;
    context.output({ type: "entered" });
  }

  function receive(state: LamportState, from: NodeId, message: LamportMessage, context: Context<Lamport>): void {
    state.clock = rules.advance(state.clock, message.timestamp);
    state.heard[from] = message.timestamp;
    if (message.type === "Request") onRequest(state, from, message.timestamp, context);
    else if (message.type === "Release") onRelease(state, from);
    enterIfGranted(state, context);
  }

  return {
    init: (_self, size) => ({ clock: 0, request: null, inside: false, queue: [], heard: Array.from({ length: size }, () => 0), channels: newChannels() }),
    onInput(state, { type }, context) {
      if (type === "enter" && state.request === null) request(state, context);
      else if (type === "leave" && state.inside) release(state, context);
    },
    onMessage(state, from, message, context) {
      for (const content of inOrder(state.channels, from, message)) receive(state, from, content, context);
    },
  };
}

function tell(state: LamportState, to: NodeId, message: LamportMessage, context: Context<Lamport>): void {
  context.send(to, numbered(state.channels, to, message));
}

function tellAll(state: LamportState, message: LamportMessage, context: Context<Lamport>, whom: LamportRules["toldOfRelease"] = () => true): void {
  for (let node = 0; node < context.size; node++) if (node !== context.self && whom(node, context)) tell(state, node, message, context);
}

/** What the order rests on; apart, so that each can be broken on its own. */
export interface LamportRules {
  /** The total order: whether a request goes before another one. */
  goesBefore(own: Request, other: Request): boolean;
  /** What a clock shows after a message: IR2(b). */
  advance(clock: number, timestamp: number): number;
  /** Rule 5(ii): whether a node has had, from every other one, a message with a later timestamp than its own request's. */
  heardSince(state: LamportState, context: Context<Lamport>): boolean;
  /** Rule 3: whether a node is told that the sender has left. */
  toldOfRelease(to: NodeId, context: Context<Lamport>): boolean;
}

export const lamportRules: LamportRules = {
  goesBefore: (own, other) => own.timestamp < other.timestamp || (own.timestamp === other.timestamp && own.node < other.node),
  advance: (clock, timestamp) => Math.max(clock, timestamp) + 1,
  heardSince: ({ request, heard }, { self }) => heard.every((timestamp, node) => node === self || timestamp > request!.timestamp),
  toldOfRelease: () => true,
};

export interface Request {
  /** The clock of the node when it asked. */
  readonly timestamp: number;
  readonly node: NodeId;
}

export interface LamportState {
  /** The logical clock: how far it is on from 0. */
  clock: number;
  /** Its own request, until it has left; null: it has none. */
  request: Request | null;
  /** Whether it is in the critical section. */
  inside: boolean;
  /** All requests that it knows of and that are not released, its own included, as they came. */
  queue: Request[];
  /** By node: the timestamp of its last message; 0: it has sent none. */
  heard: number[];
  channels: Channels<LamportMessage>;
}

export interface LamportMessage {
  readonly type: "Request" | "Acknowledge" | "Release";
  /** The sender's clock. */
  readonly timestamp: number;
}

export interface Lamport {
  State: LamportState;
  Message: Numbered<LamportMessage>;
  /** Asks to enter the critical section, or leaves it. */
  Input: { readonly type: "enter" | "leave" };
  Output: { readonly type: "entered" };
}
