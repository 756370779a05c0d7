/** The seeds of a test: some in the suite, `inSoak` of them, from 1 on, in `npm run soak:sweeps`. */
export function seeds(inSuite: readonly number[], inSoak: number): number[] {
  return soaking ? Array.from({ length: inSoak }, (_, at) => at + 1) : [...inSuite];
}

/** Whether this is `npm run soak:sweeps`. */
export const soaking = process.env.MILLRACE_SOAK === "true";

/**
 * Tries the first call and each `every`-th one after it, and in soak each call, until `attempt` answers that there was
 * no such call. Answers the number of the last one that there was.
 */
export async function sweepCalls(
  every: number,
  attempt: (call: number) => Promise<boolean>,
): Promise<number> {
  const step = soaking ? 1 : every;
  let call = 1;
  while (await attempt(call)) call += step;
  return Math.max(0, call - step);
}
