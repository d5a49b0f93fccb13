/** The last few of a row of numbers, with what their mean and deviation take. Plain data. */
export interface SlidingWindow {
  /** A ring once it is full. */
  values: number[];
  /** Where the next value goes. */
  next: number;
  sum: number;
  /** Of squares, of the differences to the first value: small numbers keep their digits. */
  squares: number;
  origin: number;
}

export const emptyWindow = (): SlidingWindow => ({ values: [], next: 0, sum: 0, squares: 0, origin: 0 });

/** Adds a number; with `size` of them, the oldest goes. */
export function push(window: SlidingWindow, value: number, size: number): void {
  if (window.values.length === 0) window.origin = value;
  const shifted = value - window.origin;
  const old = window.values[window.next];
  if (window.values.length < size) window.values.push(shifted);
  else {
    window.sum -= old!;
    window.squares -= old! * old!;
    window.values[window.next] = shifted;
  }
  window.sum += shifted;
  window.squares += shifted * shifted;
  window.next = (window.next + 1) % size;
}

/** NaN of none. */
export const meanOf = ({ values, sum, origin }: SlidingWindow): number => origin + sum / values.length;

/** The standard deviation, of the values as a whole population. */
export function deviationOf({ values, sum, squares }: SlidingWindow): number {
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}
