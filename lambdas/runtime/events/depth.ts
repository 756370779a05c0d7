/** Deeper than any valid payload, and shallow enough for recursive functions. */
export const DEEPEST = 100;

/** Whether a value is nested so deeply that recursion could exhaust the stack. Checks level by level. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
