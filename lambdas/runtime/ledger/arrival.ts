import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { ArrivedEvent, CollectedEventItem, RunItem } from "../../../lib/contract/table.ts";
import { type DeliveryReceipt, deliveryOf } from "./receipt.ts";

// Outcomes that no change of the table publishes, so that the receiver of the event writes the receipt
// itself.

/**
 * An event with the same identity as `first` (an earlier event's id). Undefined if it is that event,
 * delivered again. `now` in epoch milliseconds.
 */
export function duplicateReceipt(
  arrived: ArrivedEvent,
  { first, subscriber, run }: { first: string; subscriber: string; run: string | undefined },
  now: number,
): DeliveryReceipt | undefined {
  if (arrived.id === first || arrived.source === MILLRACE_SOURCE) return undefined;
  const time = new Date(now).toISOString();
  return {
    ...deliveryOf(arrived, subscriber),
    state: "duplicate",
    at: arrived.time,
    receivedAt: time,
    concludedAt: time,
    run,
    why: `Event ${first} with the same identity arrived first.`,
  };
}

/** A run that waits for its turn, for the end of its burst, or for the end of a pause. */
export function waitingReceipts({ event, events, workflow, run, acceptedAt }: RunItem): DeliveryReceipt[] {
  return (events ?? [event])
    .filter(({ source }) => source !== MILLRACE_SOURCE)
    .map((one) => ({
      ...deliveryOf(one, workflow),
      state: "received",
      at: acceptedAt,
      receivedAt: acceptedAt,
      run,
    }));
}

/** An event that waits for its batch. */
export function collectedReceipt({ event, workflow, acceptedAt }: CollectedEventItem): DeliveryReceipt {
  return {
    ...deliveryOf(event, workflow),
    state: "received",
    at: acceptedAt,
    receivedAt: acceptedAt,
    why: "It waits for its batch.",
  };
}

/** An event that is stored for runs that wait for it, or will. `now` in epoch milliseconds. */
export function awaitedReceipt(arrived: ArrivedEvent, subscriber: string, now: number): DeliveryReceipt {
  const time = new Date(now).toISOString();
  const { time: publishedAt } = arrived;
  return {
    ...deliveryOf(arrived, subscriber),
    state: "done",
    at: publishedAt,
    receivedAt: time,
    concludedAt: time,
  };
}
