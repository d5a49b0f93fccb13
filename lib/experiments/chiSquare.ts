/**
 * The probability that a chi-square variable of so many degrees of freedom (an integer from 1) is at least `x`: the
 * regularized upper incomplete gamma function Q(df/2, x/2), by the recurrence Q(a + 1, y) = Q(a, y) + yᵃ e⁻ʸ / Γ(a + 1)
 * (Abramowitz and Stegun, 6.5.21). Exact but for rounding where df is even, to 2·10⁻⁷ where it is odd.
 */
export function chiSquareTail(x: number, df: number): number {
  if (!(Number.isInteger(df) && df >= 1)) throw new RangeError(`expected a whole number of degrees of freedom from 1, not ${df}`);
  if (x <= 0) return 1;
  const y = x / 2;
  const odd = df % 2 === 1;
  let a = odd ? 0.5 : 1;
  let tail = odd ? erfc(Math.sqrt(y)) : Math.exp(-y);
  // yᵃ e⁻ʸ / Γ(a + 1), for the first a: Γ(3/2) is √π / 2, Γ(2) is 1.
  let term = odd ? (Math.sqrt(y) * Math.exp(-y)) / (Math.sqrt(Math.PI) / 2) : y * Math.exp(-y);
  for (; a < df / 2; a++) {
    tail += term;
    term *= y / (a + 1);
  }
  return Math.min(1, tail);
}

/** The complementary error function for x ≥ 0 (Abramowitz and Stegun, 7.1.26). */
function erfc(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  return ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
}
