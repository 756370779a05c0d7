/** More than any payload of ours has, and few enough for code that goes through one by calling itself. */
export const DEEPEST = 100;

/** Whether a value is nested so deep that going through it could exhaust the stack. It is gone through level by level. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
