/** Whether a value is a whole number from `least` on, and at most `most`. */
export function isWhole(value: unknown, least: number, most = Number.POSITIVE_INFINITY): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
