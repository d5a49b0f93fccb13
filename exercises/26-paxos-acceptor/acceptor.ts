import type { Context, NodeId, SingleDecree, SingleDecreeState } from "leaderlab";

/**
 * Phase 1b: node `from` asks for a promise to accept nothing in a ballot below `ballot` (Lamport, Paxos Made Simple, 2001,
 * §2.2). Changes `state` in place; sends one `Promise` or one `Nack`.
 */
export function onPrepare(state: SingleDecreeState, from: NodeId, ballot: number, context: Context<SingleDecree>): void {
  // TODO: refuse with a `Nack` if a higher ballot was promised; it names the ballot asked for and the one promised.

  // TODO: otherwise note the promise, make it durable, and answer with a `Promise` that tells what you accepted last.
}

/**
 * Phase 2b: node `from` asks to accept `value` in `ballot` (the same, §2.2). Changes `state` in place; sends one
 * `Accepted` or one `Nack`.
 */
export function onAccept(state: SingleDecreeState, from: NodeId, ballot: number, value: string, context: Context<SingleDecree>): void {
  // TODO: refuse if a higher ballot was promised, as above.

  // TODO: otherwise accept. What must the state know from now on, and what the disk, before you answer `Accepted`?
}

/** Given: writes what this node must know after a crash, as the state has it now, before anything that this handler sends leaves. */
function persist({ ballot, promised, accepted, chosen }: SingleDecreeState, context: Context<SingleDecree>): void {
  context.save({ ballot, promised, accepted, chosen });
}
