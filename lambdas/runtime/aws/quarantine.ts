import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { quarantinePartKey } from "../../../lib/contract/keys.ts";
import type { QuarantineItem, QuarantinePartItem } from "../../../lib/contract/table.ts";
import type { Quarantine } from "../ports.ts";
import { isConditionFailure, priorItem, type Table } from "./table.ts";

/** An item of the table takes 400 KB; an event has up to 1 MB. */
const LARGEST_BODY = 300 * 1024;

/** Quarantined events in the table. `queueUrl` is the queue by which they can come back to their subscriber. */
export function tableQuarantine(table: Table, queueUrl?: string): Quarantine {
  /** Answers the item in whose place the condition did not let it. */
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
      const item = await withParts({ ...event, queueUrl }, table);
      const kept = await put(item, "attribute_not_exists(pk)");
      if (kept?.settled?.as !== "released") return;
      await put({ ...item, revision: kept.revision + 1 }, "revision = :seen", { ":seen": kept.revision });
    },
  };
}

/** Parts come first, so that an event whose item is there is there as a whole. */
async function withParts(item: QuarantineItem, table: Table): Promise<QuarantineItem> {
  const body = Buffer.from(item.body);
  if (body.byteLength <= LARGEST_BODY) return item;
  const bodyParts = Math.ceil(body.byteLength / LARGEST_BODY);
  const { id, changedAt, expiresAt } = item;
  for (let part = 0; part < bodyParts; part++) {
    const bytes = body.subarray(part * LARGEST_BODY, (part + 1) * LARGEST_BODY);
    const Item: QuarantinePartItem = {
      ...quarantinePartKey(id, part),
      ...{ kind: "quarantine-part", bytes, revision: 1, changedAt, expiresAt },
    };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
  return { ...item, body: "", bodyParts };
}
