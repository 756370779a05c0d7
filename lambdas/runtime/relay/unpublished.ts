import type { TableItem } from "../../../lib/contract/table.ts";
import { changeEventsOf } from "./change-events.ts";

/**
 * Items of a run whose last change is not completely published: one of its events is missing in the run's
 * log, which the relay writes after the bus has the events. A change after `by` (ISO time) may still be on
 * its way.
 * @param logged ids of all events that the log has
 */
export function unpublishedOf(
  items: readonly TableItem[],
  logged: ReadonlySet<string>,
  by: string,
): TableItem[] {
  return items.filter(
    (item) =>
      item.changedAt <= by && changeEventsOf(undefined, item).some(({ event }) => !logged.has(event.id)),
  );
}
