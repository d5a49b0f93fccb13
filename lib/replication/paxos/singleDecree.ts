import type { Context, NodeId, Protocol } from "../../protocol.js";
import { nextBallot } from "./ballots.js";
import { type QuorumOptions, type Quorums, quorumsOf } from "./quorums.js";
import type { Acceptance, SingleDecree, SingleDecreeMessage, SingleDecreeState } from "./singleDecree.types.js";

/** How single-decree Paxos is tuned. */
export interface SingleDecreeOptions extends QuorumOptions {
  /** A ballot that has not come to its end after so many ms, up to twice as many, is given up; each time they double, up to sixteenfold. Default 100. */
  readonly patience?: number;
  /**
   * What an empty disk at a start means: a new node, or one that has lost its disk. Who has lost it may have promised
   * anything, and neither accepts nor proposes any more (Chandra, Griesemer and Redstone, PODC 2007, §5.1). Default `new`.
   */
  readonly emptyDisk?: "new" | "lost";
}

/**
 * Paxos for one decision (Lamport, Paxos Made Simple, ACM SIGACT News 32(4), 2001), with quorums that may differ between
 * the phases. Every node is proposer, acceptor and learner. Throws a `RangeError` if the options do not fit together; the
 * quorums are looked at when a node starts and the cluster's size is known.
 */
export function singleDecree(options: SingleDecreeOptions = {}): Protocol<SingleDecree> {
  return singleDecreeWith((size) => quorumsOf(options, size), options);
}

/** The same with quorums that nobody has checked: for a look at what happens if they do not meet. */
export function singleDecreeWith(quorums: (size: number) => Quorums, { patience = 100, emptyDisk = "new" }: Omit<SingleDecreeOptions, keyof QuorumOptions> = {}): Protocol<SingleDecree> {
  if (!(patience > 0 && patience < Infinity)) throw new RangeError(`expected a patience above 0 ms, not ${patience}`);

  // The proposer.

  /** Phase 1a: asks for promises under a ballot of its own that it has never used. */
  function prepare(state: SingleDecreeState, context: Context<SingleDecree>): void {
    state.phase = "preparing";
    state.ballot = nextBallot(Math.max(state.ballot, state.promised, state.heard), context.self, context.size);
    state.promises = [];
    state.proposal = null;
    waitLonger(state, context);
    // Its own promise makes the ballot durable before anyone else hears of it.
    toAll(state, { type: "Prepare", ballot: state.ballot }, context);
  }

  function onPromise(state: SingleDecreeState, from: NodeId, ballot: number, accepted: Acceptance | null, context: Context<SingleDecree>): void {
    if (state.phase !== "preparing" || ballot !== state.ballot) return;
    if (!state.promises.some((promise) => promise.from === from)) state.promises.push({ from, accepted });
    if (state.promises.length >= quorums(context.size).phase1) propose(state, context);
  }

  /** Phase 2a: proposes the value accepted in the highest ballot that it was told of, or its own if there is none. */
  function propose(state: SingleDecreeState, context: Context<SingleDecree>): void {
    const told = state.promises.flatMap(({ accepted }) => accepted ?? []);
    const newest = told.reduce<Acceptance | null>((best, accepted) => (best && best.ballot >= accepted.ballot ? best : accepted), null);
    state.phase = "proposing";
    state.proposal = newest ? newest.value : state.wanted!;
    state.promises = [];
    state.acceptedBy = [];
    toAll(state, { type: "Accept", ballot: state.ballot, value: state.proposal }, context);
  }

  function onAccepted(state: SingleDecreeState, from: NodeId, ballot: number, context: Context<SingleDecree>): void {
    if (state.phase !== "proposing" || ballot !== state.ballot) return;
    if (!state.acceptedBy.includes(from)) state.acceptedBy.push(from);
    if (state.acceptedBy.length < quorums(context.size).phase2) return;
    learn(state, state.proposal!, context);
    tell(state, context);
  }

  /** Gives up a ballot that a higher one has overtaken, and stands back for a while. */
  function onNack(state: SingleDecreeState, ballot: number, promised: number, context: Context<SingleDecree>): void {
    if (!isTrying(state) || ballot !== state.ballot) return;
    state.heard = Math.max(state.heard, promised);
    state.phase = "backing-off";
    waitLonger(state, context);
  }

  function waitLonger(state: SingleDecreeState, context: Context<SingleDecree>): void {
    context.setTimer("retry", patience * (1 << state.failures) * (1 + context.random()));
    state.failures = Math.min(state.failures + 1, 4);
  }

  // The acceptor.

  /** Phase 1b: promises to accept nothing in a lower ballot, and tells what it has accepted. */
  function onPrepare(state: SingleDecreeState, from: NodeId, ballot: number, context: Context<SingleDecree>): void {
    if (ballot < state.promised) return say(state, from, { type: "Nack", ballot, promised: state.promised }, context);
    if (ballot > state.promised) {
      state.promised = ballot;
      persist(state, context);
    }
    say(state, from, { type: "Promise", ballot, accepted: state.accepted }, context);
  }

  /** Phase 2b: accepts, unless it has promised a higher ballot. To accept is to promise, too. */
  function onAccept(state: SingleDecreeState, from: NodeId, ballot: number, value: string, context: Context<SingleDecree>): void {
    if (ballot < state.promised) return say(state, from, { type: "Nack", ballot, promised: state.promised }, context);
    if (state.accepted?.ballot !== ballot) {
      state.promised = ballot;
      state.accepted = { ballot, value };
      persist(state, context);
    }
    say(state, from, { type: "Accepted", ballot }, context);
  }

  // The learner.

  function learn(state: SingleDecreeState, value: string, context: Context<SingleDecree>): void {
    if (state.chosen !== null) return;
    state.chosen = value;
    state.phase = "idle";
    state.promises = [];
    state.acceptedBy = [];
    context.cancelTimer("retry");
    if (!state.abstains) persist(state, context);
    context.output({ type: "chosen", value });
  }

  /** Tells all who have not confirmed it, until they have. */
  function tell(state: SingleDecreeState, context: Context<SingleDecree>): void {
    let open = false;
    for (let peer = 0; peer < context.size; peer++) {
      if (peer === context.self || state.informed.includes(peer)) continue;
      context.send(peer, { type: "Chosen", value: state.chosen! });
      open = true;
    }
    if (open) context.setTimer("tell", patience);
  }

  function toAll(state: SingleDecreeState, message: SingleDecreeMessage, context: Context<SingleDecree>): void {
    onMessage(state, context.self, message, context);
    for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, message);
  }

  /** What a node says to itself needs no network. */
  function say(state: SingleDecreeState, to: NodeId, message: SingleDecreeMessage, context: Context<SingleDecree>): void {
    if (to === context.self) onMessage(state, to, message, context);
    else context.send(to, message);
  }

  function onMessage(state: SingleDecreeState, from: NodeId, message: SingleDecreeMessage, context: Context<SingleDecree>): void {
    switch (message.type) {
      case "Prepare":
      case "Accept":
        if (state.chosen !== null && from !== context.self) return context.send(from, { type: "Chosen", value: state.chosen });
        if (state.abstains) return;
        if (message.type === "Prepare") return onPrepare(state, from, message.ballot, context);
        return onAccept(state, from, message.ballot, message.value, context);
      case "Promise":
        return onPromise(state, from, message.ballot, message.accepted, context);
      case "Accepted":
        return onAccepted(state, from, message.ballot, context);
      case "Nack":
        return onNack(state, message.ballot, message.promised, context);
      case "Chosen":
        learn(state, message.value, context);
        return context.send(from, { type: "Learned" });
      case "Learned":
        if (!state.informed.includes(from)) state.informed.push(from);
    }
  }

  return {
    init(_self, size, stored, _log) {
      quorums(size);
      const { ballot, promised, accepted, chosen } = stored ?? FORMATTED;
      return { phase: "idle", ballot, promised, accepted, chosen, wanted: null, heard: 0, failures: 0, promises: [], proposal: null, acceptedBy: [], informed: [], abstains: stored === undefined && emptyDisk === "lost" };
    },
    onStart(state, context) {
      if (state.chosen !== null) tell(state, context);
    },
    onInput(state, { value }, context) {
      if (state.chosen !== null) return context.output({ type: "chosen", value: state.chosen });
      if (state.abstains) return context.output({ type: "refused", value });
      if (state.wanted !== null) return;
      state.wanted = value;
      prepare(state, context);
    },
    onMessage,
    onTimer(state, timer, context) {
      if (timer === "tell") tell(state, context);
      else if (state.chosen === null) prepare(state, context);
    },
  };
}

/** What a new node's disk holds. */
export const FORMATTED: SingleDecree["Stored"] = { ballot: 0, promised: 0, accepted: null, chosen: null };

export const isTrying = ({ phase }: SingleDecreeState): boolean => phase === "preparing" || phase === "proposing";

function persist({ ballot, promised, accepted, chosen }: SingleDecreeState, context: Context<SingleDecree>): void {
  context.save({ ballot, promised, accepted, chosen });
}
