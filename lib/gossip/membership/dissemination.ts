import type { NodeId } from "../../protocol.js";
import { knownOf } from "./table.js";
import { rankOf } from "./precedence.js";
import type { SwimRules, SwimState, Update } from "./types.js";

/** ⌈ln(n + 1)⌉ as in SWIM's experiments (§5), or ⌈log10(n + 1)⌉ as in memberlist. */
export function scaleOf(members: number, logarithm: "natural" | "decimal"): number {
  return Math.ceil(Math.log(members + 1) / (logarithm === "natural" ? 1 : Math.LN10) - 1e-9);
}

/** How often one node passes an update on: λ log n (§4.1). */
export const transmissions = (members: number, { retransmit, logarithm }: Pick<SwimRules, "retransmit" | "logarithm">): number => retransmit * scaleOf(members, logarithm);

/** Has an update passed on from now on. It takes the place of all that it overrides. */
export function spread(state: SwimState, update: Update): void {
  state.queue = state.queue.filter((queued) => queued.update.member !== update.member || (rankOf(queued.update) === rankOf(update) && queued.update.by !== update.by));
  state.queue.push({ update, sent: 0 });
}

/** The updates for a message: those that were sent least come first (§4.1); before all, what is held against the receiver. */
export function updatesFor(state: SwimState, to: NodeId, rules: SwimRules): readonly Update[] {
  const accusation = accusationOf(state, to, rules);
  if (state.queue.length === 0) return accusation ? [accusation] : NONE;
  const chosen = [...state.queue].sort((a, b) => a.sent - b.sent).slice(0, rules.piggyback);
  for (const queued of chosen) queued.sent++;
  const most = transmissions(state.roster.length + 1, rules);
  if (chosen.some(({ sent }) => sent >= most)) state.queue = state.queue.filter(({ sent }) => sent < most);
  const updates = chosen.map(({ update }) => update);
  return accusation && !updates.includes(accusation) ? [accusation, ...updates] : updates;
}

const NONE: readonly Update[] = [];

/**
 * What whoever hears from this node should know is said of it: that it is dead or gone, without which it could never
 * come back; and with the buddy system (Lifeguard) that it is suspected.
 */
function accusationOf(state: SwimState, node: NodeId, { buddy }: SwimRules): Update | undefined {
  const known = knownOf(state, node);
  if (known === undefined || known.status === "alive" || (known.status === "suspect" && !buddy)) return undefined;
  return known;
}
