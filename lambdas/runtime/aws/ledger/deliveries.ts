import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { DeliveryItem } from "../../../../lib/contract/table.ts";
import type { DeliveryReceipts, ExpectedDeliveries, OverdueDeliveries } from "../../ledger/ports.ts";
import { deliveryAfter, type ReceiptedDelivery } from "../../ledger/receipt.ts";
import { readItems } from "../table/read-items.ts";
import { attributesOf, changeAndRead, putNew, putOrChange, type Table } from "../table/table.ts";

/** Attributes that a later receipt removes. */
const OPTIONAL = [
  ...(["publishedAt", "receivedAt", "concludedAt", "attempts", "run", "why"] as const),
  ...(["list", "listedAt"] as const),
] satisfies (keyof ReceiptedDelivery)[];

/** Writes receipts for the deliveries of some subscribers to the table. */
export function tableDeliveryReceipts(
  table: Table,
  retentionDays: number,
  subscribers: readonly string[],
): DeliveryReceipts {
  const kept = new Set(subscribers);
  return {
    async record(receipt) {
      if (!kept.has(receipt.subscriber)) return;
      const delivery = deliveryAfter(receipt, retentionDays);
      await putOrChange(table, delivery, {
        set: attributesOf(delivery),
        remove: [...OPTIONAL.filter((name) => delivery[name] === undefined), "dueAt"],
        condition: "attribute_not_exists(#progress) OR #progress < :set_progress",
      });
    },
  };
}

/** The ledger's own part: expected and overdue deliveries. */
export function tableDeliveries(table: Table): ExpectedDeliveries & OverdueDeliveries {
  return {
    async unmarked(deliveries) {
      const found = await readItems<DeliveryItem>(table, deliveries);
      return deliveries.filter((_, at) => found[at] === undefined || found[at].state === "published");
    },

    async expect(delivery) {
      await putNew(table, delivery);
    },

    async overdue(key, time) {
      const { pk: event } = key;
      const noted = await changeAndRead(table, key, {
        set: {
          overdueAt: time,
          changedAt: time,
          unpublished: shardOf("unpublished", event),
          list: shardOf("delivery-overdue", event),
          listedAt: time,
        },
        // The subscriber's receipt removes the time; until then it says since when the delivery is overdue.
        condition: "#dueAt <= :time AND attribute_not_exists(#overdueAt)",
        values: { time },
      });
      return "changed" in noted ? (noted.changed as DeliveryItem) : undefined;
    },
  };
}
