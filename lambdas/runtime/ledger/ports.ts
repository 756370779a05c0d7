import type { DeliveryItem } from "../../../lib/contract/table.ts";
import type { Place } from "../ports/list-part.ts";
import type { DeliveryReceipt } from "./receipt.ts";

/** Writes receipts. Subscribers whose deliveries are not stored are left out. */
export interface DeliveryReceipts {
  /**
   * One write; none if the ledger does not store the subscriber's deliveries. A receipt without progress
   * changes nothing.
   */
  record(receipt: DeliveryReceipt): Promise<void>;
}

/** Deliveries that the ledger expects. */
export interface ExpectedDeliveries {
  /** Which of them have no receipt yet, stored or not. */
  unmarked(deliveries: readonly ExpectedDelivery[]): Promise<ExpectedDelivery[]>;
  /** Stores it, unless it got a receipt meanwhile. */
  expect(delivery: ExpectedDelivery): Promise<void>;
}

/** A delivery as it is stored before it is received. */
export type ExpectedDelivery = DeliveryItem & DueDelivery;

/** A delivery that is expected, by its key, and the ISO time from which it is overdue. */
export interface DueDelivery extends Pick<DeliveryItem, "pk" | "sk"> {
  dueAt: string;
}

/** The ledger's reminders to itself. */
export interface OverdueReminders {
  /** Has deliveries checked at the deadline of the first. */
  remindAt(deliveries: readonly DueDelivery[]): Promise<void>;
}

/** Deliveries past their deadline. */
export interface OverdueDeliveries {
  /** Records at `time` (ISO) that it is overdue, which publishes it. Undefined if it was received, or is overdue already. */
  overdue(key: Pick<DeliveryItem, "pk" | "sk">, time: string): Promise<DeliveryItem | undefined>;
}

/** The view of operators and programs. */
export interface DeliveryReader {
  /** The deliveries of an event, by subscriber. Read consistently. */
  ofEvent(event: string): Promise<DeliveryItem[]>;
  /** What needs attention, newest first. Successful deliveries are found only by their event. */
  list(wanted: {
    /** Only what is overdue and not received; or also what failed, is dead-lettered or quarantined. */
    kind: "overdue" | "problem";
    subscriber?: string | undefined;
    /** At most 100. */
    limit: number;
    after: Place | undefined;
  }): Promise<{ items: DeliveryItem[]; next: Place | undefined }>;
}
