/** Dollars: two significant digits, also for a fraction of a cent. */
export function usd(value: number): string {
  if (value === 0) return "$0";
  if (value >= 0.995) return `$${value.toFixed(2)}`;
  return `$${Number(value.toPrecision(2))}`;
}
