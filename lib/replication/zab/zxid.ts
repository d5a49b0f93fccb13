/** A transaction's number: the epoch of the primary that broadcast it, and its place in that epoch, from 1 (DSN 2011, §3). */
export interface Zxid {
  readonly epoch: number;
  readonly counter: number;
}

/** Comes before every transaction. */
export const NONE: Zxid = { epoch: 0, counter: 0 };

/** Below 0 if `a` comes before `b`, above 0 if after, 0 if they are the same. */
export const compareZxid = (a: Zxid, b: Zxid): number => a.epoch - b.epoch || a.counter - b.counter;

export const sameZxid = (a: Zxid, b: Zxid): boolean => compareZxid(a, b) === 0;

/** Whether `a` comes before `b`. */
export const precedes = (a: Zxid, b: Zxid): boolean => compareZxid(a, b) < 0;

/** The later of two. */
export const later = (a: Zxid, b: Zxid): Zxid => (precedes(a, b) ? b : a);

/** The earlier of two. */
export const earlier = (a: Zxid, b: Zxid): Zxid => (precedes(a, b) ? a : b);

/** "2.7" for the seventh transaction of epoch 2. */
export const showZxid = ({ epoch, counter }: Zxid): string => `${epoch}.${counter}`;
