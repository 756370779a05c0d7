import type { Envelope } from "../../../lib/contract/envelope.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { kindOf } from "./kinds.ts";

/** An event of a change: for the bus, or only for the log. */
export interface ChangeEvent {
  event: Envelope;
  published: boolean;
}

/** A change with its events. */
export interface ChangeWithEvents {
  before?: TableItem | undefined;
  after: TableItem;
  events: ChangeEvent[];
}

/** The event of a completed step, in a workflow whose steps are only logged. */
export function isLoggedOnly({ source, name, data }: Envelope, loggedSteps: ReadonlySet<string>): boolean {
  return source === MILLRACE_SOURCE && name === "step.completed" && loggedSteps.has(String(data.workflow));
}

/** All events of a change of the table. */
export function changeEventsOf(before: TableItem | undefined, after: TableItem | undefined): ChangeEvent[] {
  return [
    ...eventsOf(before, after).map((event) => ({ event, published: true })),
    ...loggedOf(before, after).map((event) => ({ event, published: false })),
  ];
}

/**
 * The events of a change of the table. Only state is written; everything on the bus is derived from it, with
 * derived ids. So state and event cannot disagree, and publishing twice adds nothing.
 */
export function eventsOf(before: TableItem | undefined, after: TableItem | undefined): Envelope[] {
  if (!after || before?.revision === after.revision) return [];
  return kindOf(after).events?.(before, after) ?? [];
}

/** The events of a change that are only in the log. */
function loggedOf(before: TableItem | undefined, after: TableItem | undefined): Envelope[] {
  return (after && kindOf(after).logged?.(before, after)) ?? [];
}
