import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { AwaitedEventItem, WaiterItem } from "../../../lib/contract/table.ts";

/**
 * The waiter after its state was entered: a later entry has a token of its own, and gets the event that an
 * earlier one had consumed. Undefined if this entry, or a later one, exists already.
 */
export function enter(prior: WaiterItem | undefined, entry: WaiterItem): WaiterItem | undefined {
  if (!prior) return entry;
  if (prior.fence >= entry.fence) return undefined;
  return prior.taken === undefined ? entry : { ...entry, state: "matched", taken: prior.taken };
}

export function consume(waiter: WaiterItem, event: AwaitedEventItem): WaiterItem {
  return { ...waiter, state: "matched", taken: event.id };
}

export function delivered(waiter: WaiterItem): WaiterItem {
  return { ...waiter, state: "delivered" };
}

/** No state waited any more: the event is returned, and published as late. */
export function lose({ taken, ...waiter }: WaiterItem): WaiterItem {
  return { ...waiter, state: "lost", missed: taken, unpublished: shardOf("unpublished", waiter.run) };
}

/** The event matched only waiters of runs that have ended. */
export function late(event: AwaitedEventItem): AwaitedEventItem {
  return { ...event, late: true, unpublished: shardOf("unpublished", event.id) };
}
