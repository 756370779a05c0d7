import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { loggedOf } from "./log-only-events.ts";
import { eventsOf } from "./publish.ts";

/** What a change tells: an event for the bus, or one that only the log keeps. */
export interface ChangeEvent {
  event: Envelope;
  published: boolean;
}

/** A change with what it tells. */
export interface ChangeWithEvents {
  before?: TableItem | undefined;
  after: TableItem;
  events: ChangeEvent[];
}

/** All that a change of the table tells. */
export function changeEventsOf(before: TableItem | undefined, after: TableItem | undefined): ChangeEvent[] {
  return [
    ...eventsOf(before, after).map((event) => ({ event, published: true })),
    ...loggedOf(before, after).map((event) => ({ event, published: false })),
  ];
}
