import { quarantineKey, quarantinePartKey, shardOf } from "../../../lib/contract/keys.ts";
import type { QuarantineItem, QuarantinePartItem } from "../../../lib/contract/table.ts";
import type { QuarantineDesk } from "../ports.ts";
import { change, readItem, type Table } from "./table.ts";

/** Quarantined events of the table, as people settle them. */
export function tableQuarantineDesk(table: Table): QuarantineDesk {
  return {
    async read(id) {
      const item = await readItem<QuarantineItem>(table, quarantineKey(id));
      if (!item?.bodyParts) return item;
      const parts = await Promise.all(
        Array.from({ length: item.bodyParts }, (_, part) =>
          readItem<QuarantinePartItem>(table, quarantinePartKey(id, part)),
        ),
      );
      const { bodyParts: _, ...whole } = item;
      return { ...whole, body: Buffer.concat(parts.map((part) => part!.bytes)).toString("utf8") };
    },
    async settle(id, settled) {
      const unpublished = shardOf("unpublished", id);
      await change(table, quarantineKey(id), {
        set: { settled, unpublished, changedAt: settled.at },
        remove: ["list"],
        condition: "attribute_exists(#pk)",
      });
    },
  };
}
