import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { deliveryKey } from "../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ArrivedEvent, DeliveryItem, DeliveryState } from "../../../lib/contract/table.ts";

/** Which event for which subscriber. */
export type DeliveryAbout = Pick<
  DeliveryItem,
  "event" | "name" | "source" | "correlation" | "subscriber" | "publishedAt"
>;

/** What a delivery stores about its event. */
export function arrivedEvent({ id, name, source, time, correlation }: ArrivedEvent): ArrivedEvent {
  return { id, name, source, time, correlation };
}

/** A delivery of an event to a subscriber. */
export function deliveryOf(
  { id, name, source, correlation, time }: Omit<ArrivedEvent, "time"> & { time?: string | undefined },
  subscriber: string,
): DeliveryAbout {
  return { event: id, name, source, correlation, subscriber, publishedAt: time };
}

/** A new status of a delivery. */
export interface DeliveryReceipt
  extends DeliveryAbout,
    Pick<DeliveryItem, "receivedAt" | "concludedAt" | "attempts" | "run" | "why"> {
  state: DeliveryState;
  /**
   * A time of the fact (ISO) that is the same for every receipt of it. Of two facts with the same status, the
   * later counts.
   */
  at: string;
  /** An operator has decided about it, so that it needs no more attention. */
  closed?: boolean | undefined;
}

/** The order in which statuses replace each other: see `DeliveryItem`. */
const ORDER: readonly DeliveryState[] = [
  "published",
  "received",
  "quarantined",
  "failed",
  "dead",
  "duplicate",
  "done",
];
const PROBLEMS: readonly DeliveryState[] = ["quarantined", "failed", "dead"];

/** What a receipt writes into the item: all of it except `overdueAt`. */
export type ReceiptedDelivery = Omit<DeliveryItem, "revision" | "overdueAt" | "unpublished" | "dueAt">;

/** The delivery as a receipt describes it. It replaces an earlier receipt with less `progress`. */
export function deliveryAfter(
  { state, at, closed, ...receipt }: DeliveryReceipt,
  retentionDays: number,
): ReceiptedDelivery {
  const { event, subscriber, receivedAt, concludedAt } = receipt;
  const changedAt = concludedAt ?? receivedAt ?? at;
  return {
    ...deliveryKey(event, subscriber),
    kind: "delivery",
    ...receipt,
    state,
    progress: `${ORDER.indexOf(state)}#${at}`,
    changedAt,
    ...(PROBLEMS.includes(state) &&
      !closed && { list: shardOf("delivery-problem", event), listedAt: changedAt }),
    expiresAt: expiryAfter(Date.parse(changedAt), retentionDays),
  };
}
