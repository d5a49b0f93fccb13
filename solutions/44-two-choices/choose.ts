/** What a balancer has heard of a server. */
export interface Seen {
  /** Requests that it had when it last told, a whole number. Nobody says how long ago that was. */
  readonly load: number;
  /** Whether it is up: that is known at once. */
  readonly up: boolean;
}

/**
 * The place in the list of the server that gets one request: the least loaded of `d` candidates, who are drawn by lot from
 * those that are up. All of them are candidates if there are no more than `d`; null if nobody is up.
 *
 * @param random returns a number from 0 to below 1: all lots come from it
 */
export function choose(servers: readonly Seen[], d: number, random: () => number): number | null {
  // <answer> TODO: draw the candidates, all different, each set as likely as any other. Then compare. Who wins if two are equal?
  const places = servers.flatMap(({ up }, place) => (up ? [place] : []));
  let chosen: number | null = null;
  for (let drawn = 0; drawn < d && drawn < places.length; drawn++) {
    // Those before `drawn` have been drawn: the next one comes from the rest.
    const other = drawn + Math.floor(random() * (places.length - drawn));
    const candidate = places[other]!;
    places[other] = places[drawn]!;
    places[drawn] = candidate;
    // Candidates come in random order. So the first of equals is one of them by lot.
    if (chosen === null || servers[candidate]!.load < servers[chosen]!.load) chosen = candidate;
  }
  return chosen;
  // </answer> throw new Error("choose is still to do");
}
