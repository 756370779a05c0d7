import { keyText } from "../../../../lib/contract/keys/item-key.ts";
import { RELAY_BATCH } from "../../../../lib/contract/published-changes.ts";
import type { Log } from "../../ports/telemetry.ts";
import type { JournalItem } from "../../relay/journal.ts";
import type { EventLog } from "../../relay/ports.ts";
import { Batching, type Pause } from "../batching.ts";
import { BatchWriteCommand } from "../client/dynamodb-commands.ts";
import type { Table } from "../table/table.ts";
import { throttle } from "../throttle.ts";

/** DynamoDB's limit for one call. */
const MOST_ITEMS = 25;

/**
 * The log in the table. The feed for viewers is in one partition: if that is throttled, the feed loses the
 * changes and nothing is delayed.
 */
export function tableEventLog(table: Table, log: Pick<Log, "warn">, pause?: Pause): EventLog {
  const items = new Batching<JournalItem, void>({
    most: MOST_ITEMS,
    nameOf: keyText,
    // A batch of changes has about as many items.
    inFlight: Math.ceil(RELAY_BATCH / MOST_ITEMS),
    pause,
    async send(batch) {
      const requests = batch.map((Item) => ({ PutRequest: { Item } }));
      const { UnprocessedItems } = await table.client.send(
        new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
      );
      const left = new Set(
        (UnprocessedItems?.[table.name] ?? []).map(({ PutRequest }) =>
          keyText(PutRequest!.Item as JournalItem),
        ),
      );
      return batch.map((item) =>
        left.has(keyText(item))
          ? {
              leftOver: throttle(
                `DynamoDB did not write the log entry ${item.pk} ${item.sk} in any attempt.`,
              ),
            }
          : { answer: undefined },
      );
    },
  });
  return {
    async add(journal) {
      const written = await Promise.allSettled(journal.map((item) => items.ask(item)));
      const lost = journal.flatMap(({ kind }, at) => {
        const outcome = written[at]!;
        return outcome.status === "rejected" ? [{ kind, reason: outcome.reason as unknown }] : [];
      });
      const entry = lost.find(({ kind }) => kind !== "feed");
      if (entry) throw entry.reason;
      if (lost.length > 0) log.warn("Viewers miss some changes: the feed is throttled.");
    },
  };
}
