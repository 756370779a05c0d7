import { chunks } from "../../../../lib/contract/chunks.ts";
import { LARGEST_EVENT_BATCH } from "../../../../lib/contract/event-batch.ts";
import { itemTimes } from "../../../../lib/contract/expiry.ts";
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
import { BatchWriteCommand, PutCommand } from "../client/dynamodb-commands.ts";
import { readItems } from "../table/read-items.ts";
import { readLine } from "../table/read-line.ts";
import { putNew, type Table } from "../table/table.ts";
import { transact, updateOf } from "../table/transact.ts";

/** Longer than any event waits for its batch. */
const KEPT_DAYS = 30;
/** DynamoDB's limit for one call. */
const MOST_WRITES = 25;

/** Events that wait for their batch in the table: an item for each event and each place in the line. */
export function tableBatches(table: Table, workflow: string, now: Now = Date.now): Batches {
  const lineKey = (key: string) => batchLineKey(workflow, key);
  const entryKey = (key: string, { acceptedAt, collected }: BatchEntry): ItemKey =>
    batchEntryKey(lineKey(key).pk, acceptedAt, collected);
  return {
    collect: (event) => putNew(table, event),

    async join(event) {
      const { key, collected, bytes } = event;
      const entry = {
        kind: "batch-entry",
        collected,
        bytes,
        revision: 1,
        ...itemTimes(now(), KEPT_DAYS),
      } as const;
      await putNew<BatchEntryItem>(table, { ...entryKey(key, event), ...entry });
    },

    async line(key) {
      // "line" sorts before every "waiting#…".
      const items = await readLine(table, lineKey(key), LARGEST_EVENT_BATCH + 2);
      const line = items.find((item) => item.kind === "batch-line");
      const entries = items.filter((item) => item.kind === "batch-entry");
      return {
        lookAt: line?.lookAt,
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
      const item: BatchLineItem = {
        ...lineKey(key),
        kind: "batch-line",
        lookAt,
        revision: 1,
        ...itemTimes(now(), KEPT_DAYS),
      };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },
  };
}
