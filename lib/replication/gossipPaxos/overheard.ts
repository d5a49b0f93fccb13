import type { NodeId } from "../../protocol.js";
import type { MultiPaxosMessage } from "../paxos/multiPaxos.types.js";
import type { Overheard } from "./types.js";

/** A node that has overheard nothing. */
export const beginToOverhear = (): Overheard => ({ ballot: 0, leads: false, chosen: 0, tally: {} });

/** Takes note of a message between other nodes, or of one's own. */
export function overhear(overheard: Overheard, origins: readonly NodeId[], message: MultiPaxosMessage<unknown>): void {
  if (message.type !== "Prepare" && message.type !== "Accept" && message.type !== "Accepted") return;
  if (message.ballot < overheard.ballot) return;
  if (message.type === "Accepted") {
    if (message.ballot === overheard.ballot) for (const slot of message.slots) overheard.tally[slot] = [...new Set([...(overheard.tally[slot] ?? []), ...origins])];
    return;
  }
  if (message.ballot > overheard.ballot) {
    overheard.ballot = message.ballot;
    overheard.leads = false;
    // A new leader may know of less than the old one did, and need answers that the old one had.
    overheard.chosen = 0;
    overheard.tally = {};
  }
  if (message.type === "Prepare") return;
  overheard.leads = true;
  overheard.chosen = Math.max(overheard.chosen, message.chosen);
  // A leader that asks again has not been told by a quorum, whatever has come past here: count from the start.
  for (const { slot } of message.proposals) overheard.tally[slot] = [...origins];
  for (const slot of Object.keys(overheard.tally)) if (Number(slot) < overheard.chosen) delete overheard.tally[Number(slot)];
}

/**
 * Whether nobody needs this answer any more: it belongs to a ballot that a higher one has overtaken; it promises what has
 * been promised by enough; or all that it accepts is known to be chosen. (Cason, Milosevic, Milosevic and Pedone, Gossip
 * Consensus, Middleware 2021: semantic filtering.) Dropping an answer is never unsafe, for it might have been lost.
 */
export function isStale({ ballot, leads, chosen }: Overheard, message: MultiPaxosMessage<unknown>): boolean {
  if (message.type === "Promise") return message.ballot < ballot || (message.ballot === ballot && leads);
  return message.type === "Accepted" && (message.ballot < ballot || message.slots.every((slot) => slot < chosen));
}

/** Whether votes that have come past here already made a quorum, since the leader last asked, in each slot that this one is for. */
export const hasEnough = ({ ballot, tally }: Overheard, message: MultiPaxosMessage<unknown>, quorum: number): boolean =>
  message.type === "Accepted" && message.ballot === ballot && message.slots.every((slot) => (tally[slot]?.length ?? 0) >= quorum);
