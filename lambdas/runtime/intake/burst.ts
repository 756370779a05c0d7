import { milliseconds } from "../../../lib/contract/duration.ts";
import type { Burst } from "../../../lib/contract/items/lane.ts";
import type { Debounce } from "../../../lib/contract/per-key.ts";

/** An event of a burst: its run, and what orders it among the others. */
export interface Arrival {
  run: string;
  order: string;
}

/**
 * The burst once an event has come, and the run that is passed over by it. The later event counts, whichever was
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
  return { burst: { run: last.run, order: last.order, began, due }, passed: passed ? [passed.run] : [] };
}
