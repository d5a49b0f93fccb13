import { type Acceptance, type Context, majority, type NodeId, type SingleDecree, type SingleDecreeState } from "leaderlab";

/** A ballot above `above` that no other node of `size` will ever use, and this one, `self`, not twice (Lamport, Paxos Made Simple, 2001, §2.5). */
export function nextBallot(above: number, self: NodeId, size: number): number {
  // TODO: a whole number. How can nodes that do not talk to each other share out the numbers among themselves?
  throw new Error("nextBallot is still to do");
}

/** Phase 1a: begins a ballot of its own, and asks every node for a promise, itself too (the same, §2.2). Changes `state` in place. */
export function prepare(state: SingleDecreeState, context: Context<SingleDecree>): void {
  // TODO: a new ballot, above all that this node has used, promised or heard of. Which answers still count?

  // TODO: make the ballot durable, wait for an answer with `waitLonger`, and ask everybody.
}

/** Phase 1b has an answer: acceptor `from` has promised `ballot`, and tells what it accepted last. Changes `state` in place. */
export function onPromise(state: SingleDecreeState, from: NodeId, ballot: number, accepted: Acceptance | null, context: Context<SingleDecree>): void {
  // TODO: does this promise count? If so, note it in `state.promises`; have enough acceptors promised?

  // TODO: phase 2a: which value must be proposed? Then ask everybody to accept it.
}

/** A refusal, in either phase: an acceptor that was asked for `ballot` has promised `promised`. Changes `state` in place. */
export function onNack(state: SingleDecreeState, ballot: number, promised: number, context: Context<SingleDecree>): void {
  // TODO: is this about the ballot that is under way? If so, give it up, remember how high the next one must be, and wait.
}

/** Given: has `prepare` called again after a while, twice as long each time, if nothing was chosen until then. */
function waitLonger(state: SingleDecreeState, context: Context<SingleDecree>): void {
  context.setTimer("retry", 100 * (1 << state.failures) * (1 + context.random()));
  state.failures = Math.min(state.failures + 1, 4);
}

/** Given: writes what this node must know after a crash, as the state has it now, before anything that this handler sends leaves. */
function persist({ ballot, promised, accepted, chosen }: SingleDecreeState, context: Context<SingleDecree>): void {
  context.save({ ballot, promised, accepted, chosen });
}

/** Given: asks every node, this one too; to itself, a node speaks without a network. */
function toAll(message: SingleDecree["Message"], context: Context<SingleDecree>): void {
  for (let node = 0; node < context.size; node++) context.send(node, message);
}
