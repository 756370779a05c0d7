import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { loggedOf } from "./logged.ts";
import { eventsOf } from "./publish.ts";

/** What a change tells: an event for the bus, or one that only the log keeps. */
export interface Told {
  event: Envelope;
  published: boolean;
}

/** A change with what it tells. */
export interface ToldChange {
  before?: TableItem | undefined;
  after: TableItem;
  told: Told[];
}

/** All that a change of the table tells. */
export function toldOf(before: TableItem | undefined, after: TableItem | undefined): Told[] {
  return [
    ...eventsOf(before, after).map((event) => ({ event, published: true })),
    ...loggedOf(before, after).map((event) => ({ event, published: false })),
  ];
}
