import type { KeyQueueItem, QueueEntryItem } from "../../../../lib/contract/items/key-queue.ts";
import { keyQueueKey, queuedKey } from "../../../../lib/contract/keys/flow-control.ts";
import { TABLE } from "../../../../lib/contract/table.ts";
import type { KeyQueue, KeyQueues } from "../../intake/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { DeleteCommand, QueryCommand } from "../client/dynamodb-commands.ts";
import type { Change } from "../table/statements.ts";
import { change, putNew, type Table } from "../table/table.ts";
import { transact, updateOf } from "../table/transact.ts";
import { whileHeld } from "./held-runs.ts";

/** A run may take a year, and holds its slot for as long. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;
/**
 * Number of queue entries that are read at once; more than this are never due at once, the next check
 * follows.
 */
const LOOK_AHEAD = 25;

/** Per-key queues in the table. */
export function tableKeyQueues(table: Table, workflow: string, now: Now = Date.now): KeyQueues {
  const kept = () => ({
    changedAt: new Date(now()).toISOString(),
    expiresAt: Math.ceil(now() / 1000) + KEPT_SECONDS,
  });
  const itemOf = (
    key: string,
    { running, passed, burst, starts, lookAt }: Omit<KeyQueue, "queued" | "revision">,
  ) => {
    const state = { running, passed, burst, starts, lookAt };
    return { kind: "key-queue" as const, workflow, key, ...state, ...kept() };
  };
  return {
    async read(key) {
      const { pk, sk } = keyQueueKey(workflow, key);
      // "key-queue" sorts before every "queued#…", so that one query reads the item and the head of its
      // queue.
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          ConsistentRead: true,
          KeyConditionExpression: "#pk = :pk AND #sk >= :keyQueue",
          ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
          ExpressionAttributeValues: { ":pk": pk, ":keyQueue": sk },
          Limit: LOOK_AHEAD,
        }),
      );
      const keyQueue = Items.find((item) => item.kind === "key-queue") as KeyQueueItem | undefined;
      const queued = Items.filter((item) => item.kind === "queued") as QueueEntryItem[];
      return {
        revision: keyQueue?.revision,
        running: keyQueue?.running ?? [],
        passed: keyQueue?.passed ?? [],
        burst: keyQueue?.burst,
        starts: keyQueue?.starts ?? [],
        lookAt: keyQueue?.lookAt,
        queued: queued.map((item) => ({ execution: item.execution, order: item.sk.slice("queued#".length) })),
      };
    },

    async queue(key, { execution, order }) {
      const place = { kind: "queued", execution, revision: 1, ...kept() } as const;
      await putNew<QueueEntryItem>(table, { ...queuedKey(keyQueueKey(workflow, key).pk, order), ...place });
    },

    async unqueue(key, { order }) {
      await table.client.send(
        new DeleteCommand({ TableName: table.name, Key: queuedKey(keyQueueKey(workflow, key).pk, order) }),
      );
    },

    async write(key, { revision, ...keyQueue }) {
      const at = keyQueueKey(workflow, key);
      const item = itemOf(key, keyQueue);
      if (revision === undefined)
        return (await putNew<KeyQueueItem>(table, { ...at, ...item, revision: 1 })) === undefined;
      return (await change(table, at, changeTo(item, revision))).changed;
    },

    async writeWhileHeld(key, { revision, ...keyQueue }, runs) {
      const update = updateOf(table, keyQueueKey(workflow, key), changeTo(itemOf(key, keyQueue), revision));
      const refused = await transact(table, { Update: update }, ...runs.map((run) => whileHeld(table, run)));
      return refused === undefined;
    },
  };
}

/** Of the item at a revision. */
function changeTo(item: Omit<KeyQueueItem, "pk" | "sk" | "revision">, revision: number | undefined): Change {
  const absent = (["burst", "lookAt"] as const).filter((name) => item[name] === undefined);
  return { set: item, remove: absent, condition: "#revision = :revision", values: { revision } };
}
