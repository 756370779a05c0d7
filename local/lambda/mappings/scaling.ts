/** How Lambda scales the readers of a standard queue, for a mapping without a limit of its own. */
const AT_FIRST = 5;
const MORE_PER_MINUTE = 300;
const MOST = 1000;

/**
 * The maximum number of concurrent batches of a mapping, `busyFor` milliseconds after its queue began to have
 * a backlog.
 */
export function allowedBatches(busyFor: number, maximumConcurrency: number | undefined): number {
  const scaled = AT_FIRST + Math.floor((busyFor / 60_000) * MORE_PER_MINUTE);
  return Math.min(scaled, Number(maximumConcurrency ?? MOST));
}
