/**
 * One load at a time for each key: whoever asks for what is already under way waits for that (groupcache's and Go's
 * singleflight). Plain data; the load itself is the user's.
 */
export interface Flights<Waiter> {
  /** By key: who waits, in the order in which they came. */
  readonly underWay: Record<string, Waiter[]>;
}

/** Nothing is under way. */
export const noFlights = <Waiter>(): Flights<Waiter> => ({ underWay: {} });

/** Waits for a key. Returns whether a load has to begin: true for the first alone. */
export function board<Waiter>({ underWay }: Flights<Waiter>, key: string, waiter: Waiter): boolean {
  const waiting = underWay[key];
  if (waiting) waiting.push(waiter);
  else underWay[key] = [waiter];
  return waiting === undefined;
}

/** The load has ended, *whether it succeeded or not*: returns who waited; whoever asks from now on begins another one. */
export function land<Waiter>({ underWay }: Flights<Waiter>, key: string): Waiter[] {
  const waiting = underWay[key] ?? [];
  delete underWay[key];
  return waiting;
}
