import type { Context, NodeId, SingleDecree, SingleDecreeState } from "leaderlab";

/**
 * Phase 1b: node `from` asks for a promise to accept nothing in a ballot below `ballot` (Lamport, Paxos Made Simple, 2001,
 * §2.2). Changes `state` in place; sends one `Promise` or one `Nack`.
 */
export function onPrepare(state: SingleDecreeState, from: NodeId, ballot: number, context: Context<SingleDecree>): void {
  // <answer> TODO: refuse with a `Nack` if a higher ballot was promised; it names the ballot asked for and the one promised.
  // A proposer that is refused learns from it how high it must go next time.
  if (ballot < state.promised) {
    context.send(from, { type: "Nack", ballot, promised: state.promised });
    return;
  }
  // </answer>

  // <answer> TODO: otherwise note the promise, make it durable, and answer with a `Promise` that tells what you accepted last.
  // The same ballot again is promised again: our first answer may be lost.
  state.promised = ballot;
  // Forgotten in a crash, a promise would be worth nothing.
  persist(state, context);
  context.send(from, { type: "Promise", ballot, accepted: state.accepted });
  // </answer>
}

/**
 * Phase 2b: node `from` asks to accept `value` in `ballot` (the same, §2.2). Changes `state` in place; sends one
 * `Accepted` or one `Nack`.
 */
export function onAccept(state: SingleDecreeState, from: NodeId, ballot: number, value: string, context: Context<SingleDecree>): void {
  // <answer> TODO: refuse if a higher ballot was promised, as above.
  // Only a higher one: for this very ballot the promise was made so that this proposal could come.
  if (ballot < state.promised) {
    context.send(from, { type: "Nack", ballot, promised: state.promised });
    return;
  }
  // </answer>

  // <answer> TODO: otherwise accept. What must the state know from now on, and what the disk, before you answer `Accepted`?
  // To accept is to promise as well: the prepare of this ballot may never have come here.
  state.promised = ballot;
  state.accepted = { ballot, value };
  persist(state, context);
  context.send(from, { type: "Accepted", ballot });
  // </answer>
}

/** Given: writes what this node must know after a crash, as the state has it now, before anything that this handler sends leaves. */
function persist({ ballot, promised, accepted, chosen }: SingleDecreeState, context: Context<SingleDecree>): void {
  context.save({ ballot, promised, accepted, chosen });
}
