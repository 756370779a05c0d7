import type { QuarantineItem } from "../../../../lib/contract/table.ts";
import type { Quarantine } from "../../ports/quarantine.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { putBodyAside } from "../table/body-parts.ts";
import { isConditionFailure, priorItem, type Table } from "../table/table.ts";

/** Quarantined events in the table. `queued`: a release sends them to their subscriber's queue. */
export function tableQuarantine(table: Table, { queued = false } = {}): Quarantine {
  /** Answers the existing item if the condition failed. */
  const put = async (Item: QuarantineItem, condition: string, values?: Record<string, unknown>) => {
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return undefined;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return priorItem(error) as QuarantineItem;
    }
  };
  return {
    async keep(event) {
      const item = await putBodyAside({ ...event, ...(queued && { queued }) }, table);
      const kept = await put(item, "attribute_not_exists(pk)");
      if (kept?.resolved?.as !== "released") return;
      await put({ ...item, revision: kept.revision + 1 }, "revision = :seen", { ":seen": kept.revision });
    },
  };
}
