import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { TABLE, type TableItem } from "../../../../lib/contract/table.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import type { Table } from "./table.ts";

/**
 * The item under a key and those after it in its partition, consistently and in one query, at most `limit`: the
 * state of a line, whose key sorts first, and the entries at its head.
 */
export async function readLine(table: Table, { pk, sk }: ItemKey, limit: number): Promise<TableItem[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: "#pk = :pk AND #sk >= :first",
      ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
      ExpressionAttributeValues: { ":pk": pk, ":first": sk },
      Limit: limit,
    }),
  );
  return Items as TableItem[];
}
