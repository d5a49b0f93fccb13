import type { Context } from "../../protocol.js";
import { scaleOf, spread } from "./dissemination.js";
import type { Suspicion, Swim, SwimRules, SwimState, Update } from "./types.js";

/** How long a suspicion lasts at least, ms: 3⌈ln(n + 1)⌉ periods in SWIM's experiments (§5). In memberlist the logarithm is not rounded, and at least 1. */
export function suspicionTimeout(members: number, { suspicion, logarithm, period }: Pick<SwimRules, "suspicion" | "logarithm" | "period">): number {
  return suspicion * period * (logarithm === "natural" ? scaleOf(members, logarithm) : Math.max(1, Math.log(Math.max(1, members)) / Math.LN10));
}

/**
 * How long a suspicion lasts, ms, once `confirmed` further members accuse: the first ones shorten it most; with `expected`
 * of them it has come down from `longest` to `shortest` (Dadgar, Phillips and Currey 2017, LHA-Suspicion).
 */
export function confirmedTimeout({ confirmed, expected, shortest, longest }: { confirmed: number; expected: number; shortest: number; longest: number }): number {
  if (expected < 1) return shortest;
  return Math.max(shortest, longest - ((longest - shortest) * Math.log(confirmed + 1)) / Math.log(expected + 1));
}

/** A node has heard that another is suspect: from now on its time runs. */
export function beginSuspicion(state: SwimState, { member, by = member }: Update, rules: SwimRules, context: Context<Swim>): void {
  const suspicion: Suspicion = { since: context.now, by: [by] };
  state.suspicions[member] = suspicion;
  context.setTimer({ suspect: member }, timeoutOf(state, suspicion, rules));
}

/** Another accuser: new to this node it is passed on, and shortens the suspicion. */
export function confirmSuspicion(state: SwimState, update: Update, rules: SwimRules, context: Context<Swim>): void {
  const { member, by = member } = update;
  const suspicion = state.suspicions[member];
  if (!suspicion || suspicion.by.includes(by) || suspicion.by.length > expectedOf(state, rules)) return;
  suspicion.by.push(by);
  spread(state, update);
  const elapsed = Math.max(0, context.now - suspicion.since);
  context.setTimer({ suspect: member }, Math.max(0, timeoutOf(state, suspicion, rules) - elapsed));
}

/** The accused has answered, or all is over. */
export function endSuspicion(state: SwimState, member: number, context: Context<Swim>): void {
  if (!state.suspicions[member]) return;
  delete state.suspicions[member];
  context.cancelTimer({ suspect: member });
}

function timeoutOf(state: SwimState, { by }: Suspicion, rules: SwimRules): number {
  const shortest = suspicionTimeout(state.roster.length + 1, rules);
  return confirmedTimeout({ confirmed: by.length - 1, expected: expectedOf(state, rules), shortest, longest: rules.unconfirmed * shortest });
}

/** Too few members could confirm: then none are waited for. */
function expectedOf({ roster }: SwimState, { confirmations }: SwimRules): number {
  return roster.length - 1 < confirmations ? 0 : confirmations;
}
