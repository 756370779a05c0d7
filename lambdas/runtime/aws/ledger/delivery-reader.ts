import { deliveryKey } from "../../../../lib/contract/keys/delivery.ts";
import type { ListedKind } from "../../../../lib/contract/keys/index-partitions.ts";
import type { DeliveryItem } from "../../../../lib/contract/table.ts";
import type { DeliveryReader } from "../../ledger/ports.ts";
import { listedItems } from "../table/listed-items.ts";
import { queryPartition, type Table } from "../table/table.ts";

const LISTED: Record<"overdue" | "problem", ListedKind[]> = {
  overdue: ["delivery-overdue"],
  problem: ["delivery-overdue", "delivery-problem"],
};

/** Deliveries in the table. */
export function deliveryReader(table: Table): DeliveryReader {
  return {
    ofEvent: (event) => Array.fromAsync(queryPartition<DeliveryItem>(table, deliveryKey(event, "").pk)),
    list: ({ kind, ...wanted }) => listedItems<DeliveryItem>(table, LISTED[kind], wanted),
  };
}
