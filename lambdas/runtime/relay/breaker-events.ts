import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { BreakerItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

const EVENTS = {
  open: "breaker.opened",
  "half-open": "breaker.half-opened",
  closed: "breaker.closed",
} as const;

/** The events of a breaker's change of state; its counts keep the revision. */
export function eventsOfBreaker(item: BreakerItem): Envelope[] {
  const { breaker, state, until, forced, revision } = item;
  if (revision === 0) return [];
  const id = `${breaker}#${revision}`;
  const origin = { run: undefined, correlation: id, cause: id, hops: 0 };
  const about = {
    breaker,
    state,
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    forced,
  };
  return [eventFor(EVENTS[state], item, origin, about)];
}
