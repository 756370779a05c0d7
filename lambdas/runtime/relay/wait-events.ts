import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { AwaitedEventItem, WaiterItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** The events of a change of a waiter: that it calls a run, or that its event was too late. */
export function eventsOfWaiter(item: WaiterItem): Envelope[] {
  const { run, epoch, workflow, path, event, key, missed, call } = item;
  if (item.state === "waiting" && call) {
    return [eventFor("run.requested", item, item, { ...call }, "requested")];
  }
  if (item.state !== "lost") return [];
  return [
    eventFor(
      "event.late",
      item,
      item,
      { event, key, id: missed, run, epoch, workflow, path },
      `late ${missed}`,
    ),
  ];
}

/** An event that matched only waiters of ended runs. */
export function eventsOfAwaited(item: AwaitedEventItem): Envelope[] {
  const { event, key, id } = item;
  return item.late
    ? [eventFor("event.late", item, { ...item, run: undefined }, { event, key, id }, "late")]
    : [];
}
