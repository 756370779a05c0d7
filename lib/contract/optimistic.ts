/** The answer of an attempt after which the state has to be read again. */
export const AGAIN = Symbol("again");

/**
 * Optimistic concurrency: `attempt` reads a state, decides, and writes on condition that nothing has changed since
 * it was read. If another writer was faster, or if its own write is to be acted on, it answers AGAIN. After `most`
 * attempts, `gaveUp` is thrown.
 */
export async function optimistically<Answer>(
  attempt: (tries: number) => Promise<Answer | typeof AGAIN>,
  { most = Number.POSITIVE_INFINITY, gaveUp = "" }: { most?: number; gaveUp?: string } = {},
): Promise<Answer> {
  for (let tries = 0; tries < most; tries++) {
    const answer = await attempt(tries);
    if (answer !== AGAIN) return answer;
  }
  throw new Error(gaveUp);
}
