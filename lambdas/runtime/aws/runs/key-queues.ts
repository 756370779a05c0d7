import { itemTimes } from "../../../../lib/contract/expiry.ts";
import type { KeyQueueItem, QueueEntryItem } from "../../../../lib/contract/items/key-queue.ts";
import { keyQueueKey, queuedKey } from "../../../../lib/contract/keys/flow-control.ts";
import type { KeyQueue, KeyQueues } from "../../intake/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { DeleteCommand } from "../client/dynamodb-commands.ts";
import { readLine } from "../table/read-line.ts";
import { changeOfRevision, writeRevision } from "../table/revised.ts";
import { putNew, type Table } from "../table/table.ts";
import { transact, updateOf } from "../table/transact.ts";
import { whileHeld } from "./held-runs.ts";

/** A run may take a year, and holds its slot for as long. */
const KEPT_DAYS = 400;
/**
 * Number of queue entries that are read at once; more than this are never due at once, the next check
 * follows.
 */
const LOOK_AHEAD = 25;

/** Per-key queues in the table: the state of each in one item, and an item for each entry. */
export function tableKeyQueues(table: Table, workflow: string, now: Now = Date.now): KeyQueues {
  const keyOf = (key: string) => keyQueueKey(workflow, key);
  const entryKey = (key: string, order: string) => queuedKey(keyOf(key).pk, order);
  const itemOf = (
    key: string,
    { running, passed, burst, starts, lookAt }: Omit<KeyQueue, "queued" | "revision">,
  ): Omit<KeyQueueItem, "revision"> => ({
    ...keyOf(key),
    kind: "key-queue",
    workflow,
    key,
    running,
    passed,
    burst,
    starts,
    lookAt,
    ...itemTimes(now(), KEPT_DAYS),
  });
  return {
    async read(key) {
      // "key-queue" sorts before every "queued#…".
      const items = await readLine(table, keyOf(key), LOOK_AHEAD);
      const keyQueue = items.find((item) => item.kind === "key-queue");
      const queued = items.filter((item) => item.kind === "queued");
      return {
        revision: keyQueue?.revision,
        running: keyQueue?.running ?? [],
        passed: keyQueue?.passed ?? [],
        burst: keyQueue?.burst,
        starts: keyQueue?.starts ?? [],
        lookAt: keyQueue?.lookAt,
        queued: queued.map(({ execution, sk }) => ({ execution, order: sk.slice("queued#".length) })),
      };
    },

    async queue(key, { execution, order }) {
      const entry = { kind: "queued", execution, revision: 1, ...itemTimes(now(), KEPT_DAYS) } as const;
      await putNew<QueueEntryItem>(table, { ...entryKey(key, order), ...entry });
    },

    async unqueue(key, { order }) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: entryKey(key, order) }));
    },

    write: (key, { revision, ...keyQueue }) => writeRevision(table, itemOf(key, keyQueue), revision),

    async writeWhileHeld(key, { revision, ...keyQueue }, runs) {
      const change = changeOfRevision(itemOf(key, keyQueue), revision);
      const update = updateOf(table, keyOf(key), change);
      const refused = await transact(table, { Update: update }, ...runs.map((run) => whileHeld(table, run)));
      return refused === undefined;
    },
  };
}
