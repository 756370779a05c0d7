import type { DeliveryItem } from "../../../lib/contract/table.ts";
import type { Place } from "../api/merge-pages.ts";
import type { DeliveryReceipt } from "./receipt.ts";

/** Marks what became of deliveries. Those of subscribers whose deliveries are not kept are left out. */
export interface DeliveryReceipts {
  /** One write; none where the ledger does not keep the subscriber's deliveries. A mark that says nothing further changes nothing. */
  mark(mark: DeliveryReceipt): Promise<void>;
}

/** Deliveries that the ledger expects. */
export interface ExpectedDeliveries {
  /** Which of them have no receipt yet, whether they are put or not. */
  unmarked(deliveries: readonly ExpectedDelivery[]): Promise<ExpectedDelivery[]>;
  /** Puts it, unless it got a receipt meanwhile. */
  expect(delivery: ExpectedDelivery): Promise<void>;
}

/** A delivery as it is put before anybody has taken it up. */
export type ExpectedDelivery = DeliveryItem & DueDelivery;

/** A delivery that is expected, by its key, and the ISO time from which on it is overdue. */
export interface DueDelivery extends Pick<DeliveryItem, "pk" | "sk"> {
  dueAt: string;
}

/** The ledger's reminders to itself. */
export interface OverdueReminders {
  /** Has deliveries looked at when the time of the first is over. */
  remindAt(deliveries: readonly DueDelivery[]): Promise<void>;
}

/** Deliveries whose time is over. */
export interface OverdueDeliveries {
  /** Records at `time` (ISO) that it is overdue, which publishes it. Undefined if it was received, or is overdue already. */
  overdue(key: Pick<DeliveryItem, "pk" | "sk">, time: string): Promise<DeliveryItem | undefined>;
}

/** What people and programs look at. */
export interface DeliveryReader {
  /** Who had to get an event, and what became of it: by subscriber. Read consistently. */
  ofEvent(event: string): Promise<DeliveryItem[]>;
  /** What needs attention, newest first. What went well is found only by its event. */
  list(wanted: {
    /** Only what is overdue and still not taken up; or also what failed, is dead or quarantined. */
    kind: "overdue" | "problem";
    subscriber?: string | undefined;
    /** At most 100. */
    limit: number;
    after: Place | undefined;
  }): Promise<{ items: DeliveryItem[]; next: Place | undefined }>;
}
