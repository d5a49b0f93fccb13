/**
 * Whether a reader recomputes a value before it expires: now − Δ β ln(rand) ≥ expiry, where Δ is how long the last
 * recomputation took (Vattani, Chierichetti and Lowenstein, Optimal probabilistic cache stampede prevention, PVLDB 8(8), 2015,
 * XFetch). Times in ms; `random` is a number in [0, 1), drawn anew for each reader. β = 1 is their choice, a higher one recomputes earlier, 0 at the expiry alone.
 */
export function isDue(now: number, expires: number, delta: number, beta: number, random: number): boolean {
  return now - delta * beta * Math.log(1 - random) >= expires;
}
