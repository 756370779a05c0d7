import type { RunItem } from "../../../lib/contract/table.ts";

/** The position of an execution among those that wait: by its event's time, moved ahead by its priority. */
export function orderOf(
  { event, priority = 0 }: Pick<RunItem, "event" | "priority">,
  execution: string,
): string {
  const time = new Date(Date.parse(event.time) - priority * 1_000).toISOString();
  return `${time}#${event.id}#${execution}`;
}
