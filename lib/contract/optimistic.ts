/** The answer of an attempt after which the state has to be read again. */
export const AGAIN = Symbol("again");

/**
 * Optimistic concurrency: `attempt` reads a state, decides, and writes on condition that nothing has changed since
 * it was read. If another writer was faster, or if its own write is to be acted on, it answers AGAIN. After `most`
 * attempts, `gaveUp` is thrown; without a limit, it attempts until it has an answer.
 */
export async function optimistically<Answer>(
  attempt: () => Promise<Answer | typeof AGAIN>,
  limit?: { most: number; gaveUp: string },
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await attempt();
    if (answer !== AGAIN) return answer;
    if (tries === limit?.most) throw new Error(limit.gaveUp);
  }
}
