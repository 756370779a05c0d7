import { type ControlTarget, settingsKey } from "../../../../lib/contract/keys/control.ts";
import type { SettingsItem } from "../../../../lib/contract/table.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import type { Table } from "../table/table.ts";

/** The newest revisions of settings, newest first. */
export function settingsHistory(table: Table) {
  return async (target: ControlTarget, name: string, limit: number): Promise<SettingsItem[]> => {
    const { pk, sk } = settingsKey(target, name);
    const { Items } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        ConsistentRead: true,
        KeyConditionExpression: "#pk = :pk AND begins_with(#sk, :prefix)",
        ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
        ExpressionAttributeValues: { ":pk": pk, ":prefix": sk },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (Items ?? []) as SettingsItem[];
  };
}
