import type { RumorRules } from "./rumorRules.js";
import type { HotRumor } from "./types.js";

/**
 * A cycle ends at a site that spreads a rumour: counts what the cycle has shown, and returns whether the site loses
 * interest (Demers et al. 1987, §1.4: blind or feedback, counter or coin).
 */
export function losesInterest(rumor: HotRumor, { mode, stop, k, resets, count }: Required<RumorRules>, random: () => number): boolean {
  if (stop === "never") return false;
  const { useful, useless } = rumor;
  const unnecessary = mode === "blind" ? useful + useless : useless;
  const wasted = mode === "blind" || (useful === 0 && useless > 0);
  const steps = count === "contact" ? unnecessary : wasted ? 1 : 0;
  if (stop === "coin") return anyOf(steps, 1 / k, random);
  if (mode === "feedback" && resets && useful > 0) rumor.counter = 0;
  else rumor.counter += steps;
  return rumor.counter >= k;
}

/** Whether one of so many coins falls, each with this probability. */
function anyOf(coins: number, probability: number, random: () => number): boolean {
  for (; coins > 0; coins--) if (random() < probability) return true;
  return false;
}
