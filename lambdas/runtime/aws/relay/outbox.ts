import { shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { TABLE, type TableItem } from "../../../../lib/contract/table.ts";
import type { Outbox } from "../../ports/bus.ts";
import { firstEntries } from "../table/read-index.ts";
import { readItem } from "../table/read-items.ts";
import { type Table, touch } from "../table/table.ts";

const { unpublished } = TABLE.indexes;

/**
 * The sparse index of changes that are not on the bus yet. Its marks keep the item's revision, so that they
 * publish nothing.
 */
export function tableOutbox(table: Table): Outbox {
  return {
    async published(key, revision) {
      // If it is refused, a later change has its own event to publish.
      await touch(table, key, {
        set: {},
        remove: [unpublished.partitionKey],
        condition: "#revision = :revision",
        values: { revision },
      });
    },

    async overdue(until, limit) {
      const found = await firstEntries<ItemKey>(table, unpublished, shardsOf("unpublished"), {
        until,
        limit,
      });
      const items = await Promise.all(found.map((key) => readItem<TableItem>(table, key)));
      return items.filter((item) => item?.unpublished !== undefined);
    },
  };
}
