import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { DeliveryItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** The events of a delivery: that an event was not received in time. */
export function eventsOfDelivery(before: DeliveryItem | undefined, after: DeliveryItem): Envelope[] {
  const { event, name, source, subscriber, correlation, publishedAt, overdueAt, dueAt } = after;
  if (overdueAt === undefined || before?.overdueAt === overdueAt) return [];
  const origin = { run: undefined, correlation, cause: event, hops: 0 };
  const about = {
    event: { id: event, name, source },
    subscriber,
    publishedAt,
    since: dueAt,
    what: `Check that the rule of "${subscriber}" is enabled, then the log and the queue of its function. Messages in the queue are handled when the function works again; replay events that never reached it.`,
  };
  return [eventFor("delivery.overdue", after, origin, about, `overdue ${overdueAt}`)];
}
