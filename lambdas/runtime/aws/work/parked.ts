import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ParkedItem } from "../../../../lib/contract/table.ts";
import type { ParkedMessages } from "../../defer/ports.ts";
import { readItems } from "../table/read-items.ts";
import { type Table, unlessRefused } from "../table/table.ts";

/** Parked messages in the table. */
export function tableParked(table: Table): ParkedMessages {
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
      const [item] = await readItems<ParkedItem>(table, [key]);
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
