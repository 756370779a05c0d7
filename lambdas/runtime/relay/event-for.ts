import type { Envelope } from "../../../lib/contract/envelope.ts";
import { eventIdOfChange } from "../../../lib/contract/event-id.ts";
import { type LoggedEvent, MILLRACE_SOURCE, type ReservedEvent } from "../../../lib/contract/reserved.ts";
import type { TableItem } from "../../../lib/contract/table.ts";

/** The origin of one of Millrace's events. */
export interface Origin {
  run: string | undefined;
  correlation: string;
  cause: string;
  hops: number;
  traceparent?: string | undefined;
}

/**
 * An event about a change of an item. Its id is derived from the fact that it reports: by default the item's
 * revision; `fact` names something that stays true while the item changes in other ways.
 */
export function eventFor(
  name: ReservedEvent | LoggedEvent,
  item: TableItem,
  origin: Origin,
  data: Record<string, unknown>,
  fact: string | number = item.revision,
): Envelope {
  return {
    id: eventIdOfChange(item, fact, name),
    name,
    version: 1,
    time: item.changedAt,
    source: MILLRACE_SOURCE,
    subject: origin.run,
    correlation: origin.correlation,
    causation: origin.cause,
    hops: origin.hops + 1,
    traceparent: origin.traceparent,
    data: { ...data, revision: item.revision },
  };
}
