import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** The events of a quarantined event: that it is quarantined, and what was decided about it. */
export function eventsOfQuarantine(item: QuarantineItem): Envelope[] {
  const origin = { run: undefined, correlation: item.id, cause: item.id, hops: 0 };
  const { id, subscriber, reason, findings, name, source } = item;
  const about = { quarantine: id, subscriber, reason, findings, event: name, source };
  if (item.resolved) {
    const { as, by, why } = item.resolved;
    const events = eventFor(`event.${as}`, item, origin, { ...about, by, why });
    return item.released ? [events, item.released] : [events];
  }
  const quarantined = eventFor("event.quarantined", item, origin, about);
  return reason === "contradiction"
    ? [quarantined, eventFor("escalation.raised", item, origin, { ...about, why: reason })]
    : [quarantined];
}
