import type { PutCommandInput } from "@aws-sdk/lib-dynamodb";
import { consumptionKey, meetingKey, waiterKey } from "../../../../lib/contract/keys/wait.ts";
import type { AwaitedEventItem, ConsumptionItem, WaiterItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { Waits } from "../../wait/ports.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "../table/read-items.ts";
import { queryPartition, type Table, unlessRefused } from "../table/table.ts";
import { type TransactItems, transact } from "../table/transact.ts";

type Entry = WaiterItem | AwaitedEventItem;

/** Waiters and awaited events in the table. */
export function tableWaits(table: Table, now: Now = Date.now): Waits {
  /** Replaces an item, unless another has replaced it already. */
  const replace = (before: Entry | undefined, after: Entry) =>
    ({
      TableName: table.name,
      Item: {
        ...after,
        revision: (before?.revision ?? 0) + 1,
        changedAt: new Date(now()).toISOString(),
      },
      ...(before
        ? {
            ConditionExpression: "#revision = :revision",
            ExpressionAttributeNames: { "#revision": "revision" },
            ExpressionAttributeValues: { ":revision": before.revision },
          }
        : { ConditionExpression: "attribute_not_exists(pk)" }),
    }) satisfies PutCommandInput;

  const together = async (...items: TransactItems) => (await transact(table, ...items)) === undefined;

  const all = async <Found>(pk: string, prefix: string) =>
    await Array.fromAsync(queryPartition<Found>(table, pk, prefix));

  return {
    async meeting({ event, key }, run) {
      const pk = meetingKey(event, key);
      const [waiters, events] = await Promise.all([
        all<WaiterItem>(pk, run === undefined ? "waiter#" : waiterKey(pk, run).sk),
        all<AwaitedEventItem>(pk, "event#"),
      ]);
      return { waiters, events };
    },

    waiter: (key) => readItem<WaiterItem>(table, key),

    put: (before, after) => unlessRefused(table.client.send(new PutCommand(replace(before, after)))),

    consume: (before, after) =>
      together(
        { Put: replace(before, after) },
        {
          Put: {
            TableName: table.name,
            Item: consumptionOf(after, after.taken!, new Date(now()).toISOString()),
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
      ),

    giveBack: (before, after) =>
      together(
        { Put: replace(before, after) },
        { Delete: { TableName: table.name, Key: consumptionKey(before.pk, before.consumer, before.taken!) } },
      ),
  };
}

function consumptionOf(
  { pk, consumer, path, expiresAt }: WaiterItem,
  event: string,
  changedAt: string,
): ConsumptionItem {
  return {
    ...consumptionKey(pk, consumer, event),
    kind: "taken",
    consumer,
    path,
    event,
    revision: 1,
    changedAt,
    expiresAt,
  };
}
