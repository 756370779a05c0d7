import { type Duration, milliseconds } from "./duration.ts";

const LONG = milliseconds("1 minute");

/**
 * Whether a delivery hides its message until its lease ends, with one more request to its queue. A shorter one leaves that to
 * the queue: six timeouts of its function are minutes. A delivery may bring several steps.
 */
export function hidesByLease(...works: readonly { readonly timeout: Duration }[]): boolean {
  return works.reduce((sum, { timeout }) => sum + milliseconds(timeout), 0) >= LONG;
}
