import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { kindOf } from "./kinds.ts";

/**
 * The events of a change of the table. Only state is written; everything on the bus is derived from it, with
 * derived ids. So state and event cannot disagree, and publishing twice adds nothing.
 */
export function eventsOf(before: TableItem | undefined, after: TableItem | undefined): Envelope[] {
  if (!after || before?.revision === after.revision) return [];
  return kindOf(after).events?.(before, after) ?? [];
}
