import type { Context, NodeId, Protocol } from "../protocol.js";

/**
 * The bully algorithm (Garcia-Molina, Elections in a Distributed Computing System, IEEE Transactions on Computers C-31(1),
 * 1982), in the form of the textbooks, with three messages. A node that misses its coordinator, or comes up, *holds an
 * election*: it sends `Election` to all higher nodes. If none answers `Ok` in time, it is the highest, makes itself
 * coordinator and tells the lower ones; if one does, that one goes on, and the node waits to be told. So the highest node
 * that is up bullies its way to the top.
 *
 * It presumes a synchronous network, as the paper says: no message is lost or takes longer than `delay`, no node pauses,
 * no link is cut. A node may crash and come back. The textbooks' form leaves out the paper's halting of all lower nodes
 * before a new coordinator begins; so for the time that its messages take, an old one may still be there, and is not
 * kept from acting. Whether the coordinator is there its followers ask every `ping` ms. Throws a `RangeError` for a delay
 * or an interval of 0 ms or less.
 */
export function bully({ delay = 200, ping = 500 }: BullyOptions = {}): Protocol<Bully> {
  if (!(delay > 0 && delay < Infinity && ping > 0)) throw new RangeError(`expected a delay and an interval above 0 ms, not delay ${delay} and ping ${ping}`);

  function holdElection(state: BullyState, context: Context<Bully>): void {
    state.role = "electing";
    state.coordinator = null;
    state.elections++;
    context.cancelTimer("ping");
    const higher = nodesBetween(context.self + 1, context.size);
    if (higher.length === 0) return becomeCoordinator(state, context);
    for (const node of higher) context.send(node, { type: "Election" });
    context.setTimer("answer", 2 * delay);
  }

  function onElection(state: BullyState, from: NodeId, context: Context<Bully>): void {
    context.send(from, { type: "Ok" });
    // A coordinator has held its election: it says at once what the other wants to know.
    if (state.role === "coordinator") context.send(from, { type: "Coordinator" });
    else if (state.role === "following") holdElection(state, context);
  }

  function onOk(state: BullyState, context: Context<Bully>): void {
    if (state.role !== "electing") return;
    state.role = "waiting";
    // The higher node has one election of its own to hold (2 delays), and its word takes a delay to come.
    context.setTimer("answer", 4 * delay);
  }

  function becomeCoordinator(state: BullyState, context: Context<Bully>): void {
    accept(state, context.self, context);
    state.role = "coordinator";
    for (const node of nodesBetween(0, context.self)) context.send(node, { type: "Coordinator" });
  }

  function follow(state: BullyState, coordinator: NodeId, context: Context<Bully>): void {
    state.role = "following";
    accept(state, coordinator, context);
    if (ping < Infinity) context.setTimer("ping", ping);
  }

  function accept(state: BullyState, coordinator: NodeId, context: Context<Bully>): void {
    context.cancelTimer("answer");
    if (state.coordinator === coordinator) return;
    state.coordinator = coordinator;
    context.output({ type: "leader", leader: coordinator });
  }

  function onTimer(state: BullyState, timer: Bully["Timer"], context: Context<Bully>): void {
    if (timer === "ping") {
      context.send(state.coordinator!, { type: "AreYouThere" });
      context.setTimer("answer", 2 * delay);
    } else if (state.role === "electing") becomeCoordinator(state, context);
    // Neither the coordinator nor whoever answered `Ok` is there any more.
    else holdElection(state, context);
  }

  return {
    init: () => ({ role: "electing", coordinator: null, elections: 0 }),
    onStart: holdElection,
    onTimer,
    onInput(state, _input, context) {
      if (state.role === "following") holdElection(state, context);
    },
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "Election":
          return onElection(state, from, context);
        case "Ok":
          return onOk(state, context);
        case "Coordinator":
          return follow(state, from, context);
        case "AreYouThere":
          if (state.role === "coordinator") context.send(from, { type: "Here" });
          return;
        case "Here":
          if (state.role === "following" && from === state.coordinator) follow(state, from, context);
      }
    },
  };
}

const nodesBetween = (from: NodeId, to: NodeId): NodeId[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

export interface BullyOptions {
  /** The longest that a message takes, in ms; who does not answer within two of it is taken to be down. Default 200. */
  readonly delay?: number;
  /** How long after its last sign a follower asks whether its coordinator is there, in ms. Default 500; Infinity: never. */
  readonly ping?: number;
}

export interface BullyState {
  /** Electing: waits for an `Ok`. Waiting: has one, waits for `Coordinator`. */
  role: "electing" | "waiting" | "following" | "coordinator";
  coordinator: NodeId | null;
  /** How many elections it has held since it came up. */
  elections: number;
}

export interface Bully {
  State: BullyState;
  Message: { readonly type: "Election" | "Ok" | "Coordinator" | "AreYouThere" | "Here" };
  Timer: "answer" | "ping";
  /** Word from outside that the coordinator is gone. */
  Input: { readonly type: "suspect" };
  Output: { readonly type: "leader"; readonly leader: NodeId };
}
