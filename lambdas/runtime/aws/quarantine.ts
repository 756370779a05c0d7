import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Quarantine } from "../ports.ts";
import { isConditionFailure, type Table } from "./table.ts";

/** Quarantined events in the table. */
export function tableQuarantine(table: Table): Quarantine {
  return {
    async keep(item) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: item,
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error; // Kept before.
      }
    },
  };
}
