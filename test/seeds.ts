/**
 * The seeds of the reconciler: some in the suite, as many as `inSoak` where all sweeps are run at length (`npm run soak:sweeps`).
 */
export function seeds(inSuite: readonly number[], inSoak: number): number[] {
  return soaking ? Array.from({ length: inSoak }, (_, at) => at + 1) : [...inSuite];
}

/** Whether this is `npm run soak:sweeps`. */
export const soaking = process.env.MILLRACE_SOAK === "true";
