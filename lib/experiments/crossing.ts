/**
 * Where a difference turns from below 0 to above, by the straight line between the two points beside it; points in
 * ascending order of x. The first x if it is above 0 from the start; null if it never is.
 */
export function crossing(points: readonly { readonly x: number; readonly difference: number }[]): number | null {
  const after = points.findIndex(({ difference }) => difference > 0);
  if (after < 0) return null;
  const [here, before] = [points[after]!, points[after - 1]];
  if (!before) return here.x;
  return before.x + ((here.x - before.x) * -before.difference) / (here.difference - before.difference);
}
