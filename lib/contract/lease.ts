import { type Duration, milliseconds } from "./duration.ts";

const LONG = milliseconds("1 minute");

/**
 * Whether a delivery hides its message until its lease ends, which takes one more request to its queue. For a
 * short lease, the visibility timeout of the queue is enough: six timeouts of its function. A delivery may
 * bring several steps.
 */
export function hidesByLease(...works: readonly { readonly timeout: Duration }[]): boolean {
  return works.reduce((sum, { timeout }) => sum + milliseconds(timeout), 0) >= LONG;
}
