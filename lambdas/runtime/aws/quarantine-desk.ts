import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { type ItemKey, quarantineKey, quarantinePartKey, shardOf } from "../../../lib/contract/keys.ts";
import type { QuarantineItem, QuarantinePartItem } from "../../../lib/contract/table.ts";
import type { QuarantineDesk } from "../ports.ts";
import { change, type Table } from "./table.ts";

/** Quarantined events of the table, as people settle them. */
export function tableQuarantineDesk(table: Table): QuarantineDesk {
  const get = async <Item>({ pk, sk }: ItemKey) => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
    );
    return Item as Item | undefined;
  };
  return {
    async read(id) {
      const item = await get<QuarantineItem>(quarantineKey(id));
      if (!item?.bodyParts) return item;
      const parts = await Promise.all(
        Array.from({ length: item.bodyParts }, (_, part) =>
          get<QuarantinePartItem>(quarantinePartKey(id, part)),
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
