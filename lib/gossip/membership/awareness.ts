import type { SwimRules, SwimState } from "./types.js";

/**
 * Local health awareness (Dadgar, Phillips and Currey 2017, LHA-Probe): a node that hears few of the answers it should hear
 * doubts itself before others. Its score goes up by 1 for a ping without an answer, an accusation of itself, or a nack
 * that should have come; down by 1 for a ping that is answered; and stays from 0 to `awareness` − 1.
 */
export function doubtHealth(state: SwimState, by: number, { awareness }: Pick<SwimRules, "awareness">): void {
  state.health = Math.min(awareness - 1, Math.max(0, state.health + by));
}

/** A time, ms, as long as the node's doubts about itself make it. */
export const patient = ({ health }: Pick<SwimState, "health">, time: number): number => time * (health + 1);
