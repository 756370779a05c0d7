import { quarantineKey } from "../../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { QuarantineItem } from "../../../../lib/contract/table.ts";
import type { QuarantineStore } from "../../ports/quarantine.ts";
import { withBody } from "../table/body-parts.ts";
import { readItem } from "../table/read-items.ts";
import { change, type Table } from "../table/table.ts";

/** Quarantined events of the table, for operators to resolve. */
export function tableQuarantineStore(table: Table): QuarantineStore {
  return {
    async read(id) {
      const item = await readItem<QuarantineItem>(table, quarantineKey(id));
      return item && (await withBody(item, table));
    },
    async resolve(id, resolved, released) {
      const unpublished = shardOf("unpublished", id);
      await change(table, quarantineKey(id), {
        set: { resolved, released, unpublished, changedAt: resolved.at },
        remove: ["list"],
      });
    },
  };
}
