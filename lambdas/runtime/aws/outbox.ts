import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type ItemKey, shardsOf } from "../../../lib/contract/keys.ts";
import { TABLE, type TableItem } from "../../../lib/contract/table.ts";
import type { Outbox } from "../ports.ts";
import { isConditionFailure, queryIndex, type Table } from "./table.ts";

const { unpublished } = TABLE.indexes;

/** The sparse index of what is not on the bus yet. Marks carry no new revision, so that they tell nothing. */
export function tableOutbox(table: Table): Outbox {
  return {
    async published({ pk, sk }, revision) {
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: { pk, sk },
            UpdateExpression: "REMOVE #unpublished",
            ConditionExpression: "#revision = :revision",
            ExpressionAttributeNames: { "#unpublished": unpublished.partitionKey, "#revision": "revision" },
            ExpressionAttributeValues: { ":revision": revision },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error; // A later change has its own event to publish.
      }
    },

    async overdue(until, limit) {
      const found = await queryIndex<ItemKey>(table, unpublished, shardsOf("unpublished"), until, limit);
      const items = await Promise.all(
        found.map(({ pk, sk }) =>
          table.client.send(new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true })),
        ),
      );
      return items.flatMap(({ Item }) => (Item?.unpublished ? [Item as TableItem] : []));
    },
  };
}
