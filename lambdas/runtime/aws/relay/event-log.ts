import { BatchWriteCommand, type BatchWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { chunks } from "../../../../lib/contract/chunks.ts";
import type { Log } from "../../ports.ts";
import type { JournalItem } from "../../relay/journal.ts";
import type { EventLog } from "../../relay/ports.ts";
import { throttle } from "../../throttle.ts";
import { type Pause, retryLeftOver, TRIES } from "../table/left-over.ts";
import type { Table } from "../table/table.ts";

/** DynamoDB's limit for one call. */
const MOST_ITEMS = 25;

type Requests = NonNullable<BatchWriteCommandInput["RequestItems"]>[string];

/**
 * The log in the table. The feed for those who look on lies in one partition: where it takes no more, it is lost to them, and
 * holds up nothing.
 */
export function tableEventLog(table: Table, log: Pick<Log, "warn">, pause?: Pause): EventLog {
  const put = async (requests: Requests) => {
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
    );
    return UnprocessedItems?.[table.name];
  };
  const write = async (items: readonly JournalItem[]) => {
    const requests: Requests = items.map((Item) => ({ PutRequest: { Item } }));
    const left = await retryLeftOver(requests, put, pause);
    const entries = left.filter(({ PutRequest }) => PutRequest?.Item?.kind !== "feed");
    if (entries.length > 0)
      throw throttle(`DynamoDB left ${entries.length} log entries unwritten after ${TRIES} attempts.`);
    if (left.length > 0) log.warn("Viewers miss some changes: the feed is throttled.");
  };
  return {
    async add(items) {
      for (const part of chunks(items, MOST_ITEMS)) await write(part);
    },
  };
}
