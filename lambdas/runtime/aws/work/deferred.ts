import type { DeferredItem } from "../../../../lib/contract/table.ts";
import type { DeferredMessages } from "../../defer/ports.ts";
import { DeleteCommand, PutCommand } from "../client/dynamodb-commands.ts";
import { readItems } from "../table/read-items.ts";
import { type Table, unlessRefused } from "../table/table.ts";

/** Deferred messages in the table. */
export function tableDeferred(table: Table): DeferredMessages {
  return {
    put: (item) =>
      unlessRefused(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: item,
            ConditionExpression: "attribute_not_exists(pk) OR #fence <= :fence",
            ExpressionAttributeNames: { "#fence": "fence" },
            ExpressionAttributeValues: { ":fence": item.fence },
          }),
        ),
      ),

    async read(key) {
      const [item] = await readItems<DeferredItem>(table, [key]);
      return item;
    },

    remove: ({ pk, sk, owner }) =>
      unlessRefused(
        table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: { pk, sk },
            ConditionExpression: "#owner = :owner",
            ExpressionAttributeNames: { "#owner": "owner" },
            ExpressionAttributeValues: { ":owner": owner },
          }),
        ),
      ),
  };
}
