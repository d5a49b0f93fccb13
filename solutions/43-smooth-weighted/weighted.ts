/** A server as the configuration names it: one of weight 2 is to get twice as many requests as one of weight 1. A whole number; 0 for none at all. */
export interface Server {
  readonly name: string;
  readonly weight: number;
}

/** A server as the balancer remembers it. Plain data; `name` and `weight` stay, the rest is yours: what stands here is a proposal. */
export interface Entry extends Server {
  /** What it is owed: it grows while others are chosen. */
  credit: number;
}

/** Chooses a server for one request, and keeps account of it in the entries. Null if no server has a weight above 0. */
export function choose(entries: Entry[]): string | null {
  // <answer> TODO: let each server's credit grow by its weight, choose the one with most, and let it pay. How much, so that the sum stays as it is?
  let total = 0;
  let chosen: Entry | undefined;
  for (const entry of entries) {
    total += entry.weight;
    entry.credit += entry.weight;
    // Credit may be left from before a server's weight became 0: it must not be spent now.
    if (entry.weight > 0 && (chosen === undefined || entry.credit > chosen.credit)) chosen = entry;
  }
  if (chosen === undefined) return null;
  // All together have just been given `total`, so that is what one request costs.
  chosen.credit -= total;
  return chosen.name;
  // </answer> throw new Error("choose is still to do");
}

/**
 * The entries from now on, for the servers of a new configuration, in whatever order it lists them. `entries` are those of
 * until now; none at the beginning. Names are all different.
 */
export function change(entries: readonly Entry[], servers: readonly Server[]): Entry[] {
  // <answer> TODO: who stays, who is new, who has gone; and what happens to their credit?
  // By name: a place in the list may be somebody else's by now. Who is new has not waited for anything yet.
  return servers.map(({ name, weight }) => ({ name, weight, credit: entries.find((entry) => entry.name === name)?.credit ?? 0 }));
  // </answer> throw new Error("change is still to do");
}
