import type { Status, Update } from "./types.js";

/**
 * Whether an update says more than what is known (SWIM, §4.2, with incarnations in all of it, as in memberlist): that of
 * the higher incarnation does, and in the same incarnation `left` over `dead` over `suspect` over `alive`. So all updates
 * about a member stand in one order; a node keeps the highest it has heard, and in whatever order updates arrive, all
 * nodes come to the same. (In the paper the word that a member is dead is final. Here a member that was wrongly taken
 * for dead may come back in a higher incarnation, which nobody but itself begins.)
 */
export function overrides(update: Update, known: Update | undefined): boolean {
  return known === undefined || rankOf(update) > rankOf(known);
}

/** An update's place in the order of all updates about its member, as one number. */
export const rankOf = ({ status, incarnation }: Update): number => 4 * incarnation + ORDER[status];

const ORDER: Readonly<Record<Status, number>> = { alive: 0, suspect: 1, dead: 2, left: 3 };

/** Whether it says that the member is in the cluster: only these are pinged. */
export const isIn = ({ status }: Update): boolean => status === "alive" || status === "suspect";
