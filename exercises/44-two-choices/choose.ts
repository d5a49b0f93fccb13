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
  // TODO: draw the candidates, all different, each set as likely as any other. Then compare. Who wins if two are equal?
  throw new Error("choose is still to do");
}
