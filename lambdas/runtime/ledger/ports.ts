import type { DeliveryItem } from "../../../lib/contract/table.ts";
import type { Place } from "../api/merge-pages.ts";
import type { DeliveryMark } from "./mark.ts";

/** Marks what became of deliveries. Those of subscribers whose deliveries are not kept are left out. */
export interface DeliveryMarks {
  /** One write; none where the ledger does not keep the subscriber's deliveries. A mark that says nothing further changes nothing. */
  mark(mark: DeliveryMark): Promise<void>;
}

/** Deliveries that the ledger expects. */
export interface ExpectedDeliveries {
  /** Which of them nobody has marked yet. */
  unmarked(deliveries: DeliveryItem[]): Promise<DeliveryItem[]>;
  /** Puts it, unless somebody has marked it meanwhile. */
  expect(delivery: DeliveryItem): Promise<void>;
}

/** Deliveries whose time is over. */
export interface OverdueDeliveries {
  /** Those that nobody has taken up by `time` (ISO), oldest first, at most `limit`. */
  due(time: string, limit: number): Promise<Pick<DeliveryItem, "pk" | "sk">[]>;
  /** Notes that it is overdue since `time`, and has it told. Undefined where somebody has taken it up meanwhile. */
  overdue(key: Pick<DeliveryItem, "pk" | "sk">, time: string): Promise<DeliveryItem | undefined>;
}

/** What people and programs look at. */
export interface DeliveryReader {
  /** Who had to get an event, and what became of it: by subscriber. Read consistently. */
  ofEvent(event: string): Promise<DeliveryItem[]>;
  /** What somebody should look at, newest first. What went well is found by its event alone. */
  list(wanted: {
    /** Only what is overdue and still not taken up; or also what failed, is dead or quarantined. */
    kind: "overdue" | "problem";
    subscriber?: string | undefined;
    /** At most 100. */
    limit: number;
    after: Place | undefined;
  }): Promise<{ items: DeliveryItem[]; next: Place | undefined }>;
}
