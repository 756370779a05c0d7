import { BatchWriteCommand, type BatchWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Log } from "../ports.ts";
import type { JournalItem } from "../relay/journal.ts";
import type { EventLog } from "../relay/ports.ts";
import type { Table } from "./table.ts";

/** DynamoDB's limit for one call. */
const MOST_ITEMS = 25;
/** What a call leaves for later is sent again so often, after a pause that grows; then the whole batch comes again. */
const TRIES = 5;
const FIRST_PAUSE = 50;

type Requests = NonNullable<BatchWriteCommandInput["RequestItems"]>[string];

/**
 * The log in the table. The feed for those who look on lies in one partition: where it takes no more, it is lost to them, and
 * holds up nothing.
 */
export function tableEventLog(
  table: Table,
  log: Pick<Log, "warn">,
  pause: (milliseconds: number) => Promise<unknown> = (milliseconds) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds)),
): EventLog {
  const write = async (items: readonly JournalItem[]) => {
    let left: Requests = items.map((Item) => ({ PutRequest: { Item } }));
    for (let tries = 1; left.length > 0; tries++) {
      if (tries > 1) await pause(FIRST_PAUSE * 2 ** (tries - 2));
      const { UnprocessedItems } = await table.client.send(
        new BatchWriteCommand({ RequestItems: { [table.name]: left } }),
      );
      left = UnprocessedItems?.[table.name] ?? [];
      if (tries < TRIES || left.length === 0) continue;
      const entries = left.filter(({ PutRequest }) => PutRequest?.Item?.kind !== "feed");
      if (entries.length > 0)
        throw new Error(`DynamoDB left ${entries.length} entries of the log unwritten in ${TRIES} tries.`);
      log.warn("Those who look on are not told of some changes: the feed takes no more just now.");
      return;
    }
  };
  return {
    async add(items) {
      for (let at = 0; at < items.length; at += MOST_ITEMS) await write(items.slice(at, at + MOST_ITEMS));
    },
  };
}
