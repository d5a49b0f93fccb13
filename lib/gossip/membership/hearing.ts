import type { Context } from "../../protocol.js";
import { doubtHealth } from "./awareness.js";
import { spread } from "./dissemination.js";
import { overrides, rankOf } from "./precedence.js";
import { beginSuspicion, confirmSuspicion, endSuspicion } from "./suspicion.js";
import { knownOf, remember } from "./table.js";
import type { Swim, SwimRules, SwimState, Update } from "./types.js";

/** What a node says of itself. */
export const ownUpdate = ({ incarnation, presence }: SwimState, member: number): Update => ({ member, status: presence === "member" ? "alive" : "left", incarnation });

/** Takes in what is said of a member. What is new is written down, passed on and told. */
export function hear(state: SwimState, update: Update, rules: SwimRules, context: Context<Swim>): void {
  if (update.member === context.self) return hearOfOneself(state, update, rules, context);
  const known = knownOf(state, update.member);
  if (!overrides(update, known)) {
    if (update.status === "suspect" && rankOf(update) === rankOf(known!)) confirmSuspicion(state, update, rules, context);
    return;
  }
  endSuspicion(state, update.member, context);
  remember(state, update, () => context.random());
  spread(state, update);
  if (update.status === "suspect") beginSuspicion(state, update, rules, context);
  context.output(update);
}

/** An accusation is refuted in a new incarnation (SWIM, §4.2); word of an earlier life of this node, too, gives it its number. */
function hearOfOneself(state: SwimState, update: Update, rules: SwimRules, context: Context<Swim>): void {
  if (rankOf(update) <= rankOf(ownUpdate(state, context.self))) return;
  if (state.presence === "member" && update.status !== "alive") {
    beginIncarnation(state, update.incarnation + 1, context);
    doubtHealth(state, 1, rules);
  } else if (update.incarnation > state.incarnation) beginIncarnation(state, update.incarnation, context);
}

/** The node goes on under a higher number, and says so. */
export function beginIncarnation(state: SwimState, incarnation: number, context: Context<Swim>): void {
  state.incarnation = incarnation;
  spread(state, ownUpdate(state, context.self));
}
