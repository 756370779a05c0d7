/** A millionth of a dollar is the smallest amount. */
const MICRO = 1_000_000;
/** The maximum rounding error of sums of fractions. */
const EPSILON = 1e-6;

/** Rounded down to a whole millionth, so that shares add up to no more than the whole. */
export function roundDown(usd: number): number {
  return Math.floor(usd * MICRO + EPSILON) / MICRO;
}

/** The sum of amounts, exact to a millionth. */
export function sumOf(amounts: readonly number[]): number {
  return Math.round(amounts.reduce((sum, usd) => sum + usd, 0) * MICRO) / MICRO;
}
