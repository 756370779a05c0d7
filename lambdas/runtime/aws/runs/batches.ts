import { chunks } from "../../../../lib/contract/chunks.ts";
import { LARGEST_EVENT_BATCH } from "../../../../lib/contract/event-batch.ts";
import { batchEntryKey, batchLineKey, collectedKey } from "../../../../lib/contract/keys/flow-control.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import {
  type BatchEntryItem,
  type BatchLineItem,
  type CollectedEventItem,
  TABLE,
} from "../../../../lib/contract/table.ts";
import type { BatchEntry, Batches } from "../../intake/batch/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { BatchWriteCommand, PutCommand, QueryCommand } from "../client/dynamodb-commands.ts";
import { readItems } from "../table/read-items.ts";
import { putNew, type Table } from "../table/table.ts";
import { transact, updateOf } from "../table/transact.ts";

/** Longer than any event waits for its batch. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;
/** DynamoDB's limit for one call. */
const MOST_WRITES = 25;

/** Events that wait for their batch, in the table. */
export function tableBatches(table: Table, workflow: string, now: Now = Date.now): Batches {
  const line = (key: string) => batchLineKey(workflow, key);
  const entryKey = (key: string, { acceptedAt, collected }: BatchEntry): ItemKey =>
    batchEntryKey(line(key).pk, acceptedAt, collected);
  const kept = () => ({
    changedAt: new Date(now()).toISOString(),
    expiresAt: Math.ceil(now() / 1000) + KEPT_SECONDS,
  });
  return {
    collect: (event) => putNew(table, event),

    async join(event) {
      const { key, collected, bytes } = event;
      const entry = { kind: "batch-entry", collected, bytes, revision: 1, ...kept() } as const;
      await putNew<BatchEntryItem>(table, { ...entryKey(key, event), ...entry });
    },

    async line(key) {
      const { pk, sk } = line(key);
      // "line" sorts before every "waiting#…", so that one query reads the item and the head of the line.
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          ConsistentRead: true,
          KeyConditionExpression: "#pk = :pk AND #sk >= :line",
          ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
          ExpressionAttributeValues: { ":pk": pk, ":line": sk },
          Limit: LARGEST_EVENT_BATCH + 2,
        }),
      );
      const item = Items.find(({ kind }) => kind === "batch-line") as BatchLineItem | undefined;
      const entries = Items.filter(({ kind }) => kind === "batch-entry") as BatchEntryItem[];
      return {
        lookAt: item?.lookAt,
        entries: entries.map((entry) => ({
          collected: entry.collected,
          bytes: entry.bytes,
          acceptedAt: entry.sk.split("#")[1]!,
        })),
      };
    },

    async events(entries) {
      return await readItems<CollectedEventItem>(
        table,
        entries.map(({ collected }) => collectedKey(collected)),
      );
    },

    async form(run, events) {
      const refused = await transact(
        table,
        {
          Put: {
            TableName: table.name,
            Item: run,
            ConditionExpression: "attribute_not_exists(#pk)",
            ExpressionAttributeNames: { "#pk": TABLE.partitionKey },
          },
        },
        ...events.map((event) => ({
          Update: updateOf(table, event, {
            set: { run: run.run, changedAt: new Date(now()).toISOString() },
            condition: "attribute_exists(#collected) AND attribute_not_exists(#run)",
          }),
        })),
      );
      if (!refused) return "formed";
      return refused.includes("ConditionalCheckFailed") ? "taken" : "conflict";
    },

    async leave(key, entries) {
      const keys = entries.map((entry) => entryKey(key, entry));
      for (const some of chunks(keys, MOST_WRITES)) {
        let requests = some.map((Key) => ({ DeleteRequest: { Key } }));
        while (requests.length > 0) {
          const { UnprocessedItems } = await table.client.send(
            new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
          );
          requests = (UnprocessedItems?.[table.name] ?? []) as typeof requests;
        }
      }
    },

    async reminded(key, lookAt) {
      const item: BatchLineItem = { ...line(key), kind: "batch-line", lookAt, revision: 1, ...kept() };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },
  };
}
