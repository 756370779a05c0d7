import { milliseconds } from "../../../lib/contract/duration.ts";
import type { Burst } from "../../../lib/contract/items/key-queue.ts";
import type { Debounce } from "../../../lib/contract/per-key.ts";

/** A run of a key: the name of its epoch's execution, and its position in the order. */
export interface Arrival {
  execution: string;
  order: string;
}

/**
 * The burst after an event, and the execution that the event replaces. The later event counts, whichever was
 * delivered first. `now` in epoch milliseconds.
 */
export function extendBurst(
  burst: Burst | undefined,
  arrival: Arrival,
  now: number,
  { debounce, atMost }: Debounce,
): { burst: Burst; passed: string[] } {
  const began = burst?.began ?? now;
  const [last, passed] = burst && burst.order > arrival.order ? [burst, arrival] : [arrival, burst];
  const quiet = now + milliseconds(debounce);
  const due = atMost === undefined ? quiet : Math.min(quiet, began + milliseconds(atMost));
  return {
    burst: { execution: last.execution, order: last.order, began, due },
    passed: passed ? [passed.execution] : [],
  };
}
