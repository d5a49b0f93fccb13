import { type Acceptance, type Context, majority, type NodeId, type SingleDecree, type SingleDecreeState } from "leaderlab";

/** A ballot above `above` that no other node of `size` will ever use, and this one, `self`, not twice (Lamport, Paxos Made Simple, 2001, §2.5). */
export function nextBallot(above: number, self: NodeId, size: number): number {
  // <answer> TODO: a whole number. How can nodes that do not talk to each other share out the numbers among themselves?
  // Node i has the numbers whose remainder by `size` is i.
  const round = Math.floor(above / size);
  const ballot = round * size + self;
  return ballot > above ? ballot : ballot + size;
  // </answer> throw new Error("nextBallot is still to do");
}

/** Phase 1a: begins a ballot of its own, and asks every node for a promise, itself too (the same, §2.2). Changes `state` in place. */
export function prepare(state: SingleDecreeState, context: Context<SingleDecree>): void {
  // <answer> TODO: a new ballot, above all that this node has used, promised or heard of. Which answers still count?
  state.ballot = nextBallot(Math.max(state.ballot, state.promised, state.heard), context.self, context.size);
  state.phase = "preparing";
  // A promise is worth something for its own ballot alone.
  state.promises = [];
  state.proposal = null;
  // </answer>

  // <answer> TODO: make the ballot durable, wait for an answer with `waitLonger`, and ask everybody.
  // Whoever forgets which ballots it has used may propose two values in one.
  persist(state, context);
  waitLonger(state, context);
  toAll({ type: "Prepare", ballot: state.ballot }, context);
  // </answer>
}

/** Phase 1b has an answer: acceptor `from` has promised `ballot`, and tells what it accepted last. Changes `state` in place. */
export function onPromise(state: SingleDecreeState, from: NodeId, ballot: number, accepted: Acceptance | null, context: Context<SingleDecree>): void {
  // <answer> TODO: does this promise count? If so, note it in `state.promises`; have enough acceptors promised?
  // Once it proposes, a ballot has its value: what comes later must not change it.
  if (state.phase !== "preparing" || ballot !== state.ballot) return;
  // The network repeats messages: it is acceptors that count.
  if (state.promises.some((promise) => promise.from === from)) return;
  state.promises.push({ from, accepted });
  if (state.promises.length < majority(context.size)) return;
  // </answer>

  // <answer> TODO: phase 2a: which value must be proposed? Then ask everybody to accept it.
  // Of all values told of only the one of the highest ballot can have been chosen: who proposed it knew of the others.
  let newest: Acceptance | null = null;
  for (const promise of state.promises) if (promise.accepted !== null && (newest === null || promise.accepted.ballot > newest.ballot)) newest = promise.accepted;
  state.phase = "proposing";
  state.proposal = newest === null ? state.wanted! : newest.value;
  state.acceptedBy = [];
  toAll({ type: "Accept", ballot: state.ballot, value: state.proposal }, context);
  // </answer>
}

/** A refusal, in either phase: an acceptor that was asked for `ballot` has promised `promised`. Changes `state` in place. */
export function onNack(state: SingleDecreeState, ballot: number, promised: number, context: Context<SingleDecree>): void {
  // <answer> TODO: is this about the ballot that is under way? If so, give it up, remember how high the next one must be, and wait.
  // A refusal of an older ballot says nothing about this one.
  if (ballot !== state.ballot || (state.phase !== "preparing" && state.phase !== "proposing")) return;
  state.phase = "backing-off";
  state.heard = Math.max(state.heard, promised);
  // Whoever tries again at once overtakes the other proposer, and is overtaken by it.
  waitLonger(state, context);
  // </answer>
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
