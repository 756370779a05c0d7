import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { commandKey, controlKey, settingsKey } from "../../../../lib/contract/keys/control.ts";
import { deferredPartition, deferredRequestPartition } from "../../../../lib/contract/keys/deferred.ts";
import { foundPartitions, shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { AGAIN, optimistically } from "../../../../lib/contract/optimistic.ts";
import {
  type CommandItem,
  type ControlItem,
  type DeferredItem,
  type RunItem,
  type SettingsItem,
  TABLE,
} from "../../../../lib/contract/table.ts";
import type { Commands, Controls, StoredWithControl, Waiting } from "../../control/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { writeWith } from "../table/change-with.ts";
import { firstEntries, indexPages } from "../table/read-index.ts";
import { readItem, readItems } from "../table/read-items.ts";
import { putNew, queryPartition, type Table, unlessRefused } from "../table/table.ts";

/** Commands in the table. */
export function tableCommands(table: Table): Commands {
  return {
    find: (key) => readItem<CommandItem>(table, commandKey(key)),
    keep: async (command) => (await putNew(table, command)) ?? command,
  };
}

/** Actions on whole workflows are few, and are in effect until an operator reverts them. */
const KEPT_DAYS = 10 * 365;
const MOST_TRIES = 20;

/** The state of workflows and other subscribers in the table. */
export function tableControls(table: Table, now: Now = Date.now): Controls {
  return {
    read: (target, name) => readItem<ControlItem>(table, controlKey(target, name)),
    settings: (target, name, revision) => readItem<SettingsItem>(table, settingsKey(target, name, revision)),
    async change(target, name, transition, also) {
      const key = controlKey(target, name);
      const gaveUp = `The state of ${target} ${name} changed during each of ${MOST_TRIES} attempts to update it. Try again.`;
      return await optimistically(
        async () => {
          const found = await readItem<ControlItem>(table, key);
          const before = found ?? {
            ...key,
            kind: "control",
            target,
            name,
            revision: 0,
            changedAt: "",
            expiresAt: 0,
          };
          const after = transition(before);
          if (after === before) return before;
          const written: ControlItem = {
            ...after,
            revision: before.revision + 1,
            ...itemTimes(now(), KEPT_DAYS),
          };
          if (await replace(table, found, written, also)) return written;
          return AGAIN;
        },
        { most: MOST_TRIES, gaveUp },
      );
    },
  };
}

const { list } = TABLE.indexes;
/** Keys of an index that are read in one query. */
const PAGE = 100;

/** Deferred messages and held runs, in the table. */
export function tableWaiting(table: Table): Waiting {
  const { due } = TABLE.indexes;
  return {
    async deferredOfRun(run, reason, limit) {
      const deferred: DeferredItem[] = [];
      for (const partition of [deferredPartition(run), deferredRequestPartition(run)]) {
        for await (const item of queryPartition<DeferredItem>(table, partition, "deferred#")) {
          if (reason === undefined || item.reason === reason) deferred.push(item);
          if (deferred.length === limit) return deferred;
        }
      }
      return deferred;
    },
    async deferredOfWorkflow(workflow, reason, limit) {
      const deferred: DeferredItem[] = [];
      for (const shard of shardsOf(`deferred#${workflow}`)) {
        for await (const keys of indexPages<ItemKey>(table, list, shard, { atOnce: PAGE })) {
          const items = await readItems<DeferredItem>(table, keys);
          deferred.push(
            ...items.filter((item) => item !== undefined).filter((item) => item.reason === reason),
          );
          if (deferred.length >= limit) return deferred.slice(0, limit);
        }
      }
      return deferred;
    },
    async heldRuns(workflow, until, limit) {
      const partitions = shardsOf(`held#${workflow}`);
      const held = await firstEntries<{ run: string }>(table, due, partitions, { until, limit });
      return held.map(({ run }) => run);
    },
    async acceptedRuns(workflow, limit) {
      const partitions = foundPartitions(workflow, "open");
      const found = await firstEntries<{ run: string }>(table, TABLE.indexes.found, partitions, { limit });
      const runs = await readItems<RunItem>(
        table,
        found.map(({ run }) => runKey(run)),
      );
      return runs.filter((run) => run?.status === "accepted") as RunItem[];
    },
    overdueDeferred: (until, limit) =>
      firstEntries<ItemKey>(table, due, shardsOf("deferred-due"), { until, limit }),
  };
}

async function replace(
  table: Table,
  before: ControlItem | undefined,
  after: ControlItem,
  also: StoredWithControl | undefined,
): Promise<boolean> {
  const put = {
    TableName: table.name,
    Item: after,
    ConditionExpression: before ? "revision = :revision" : "attribute_not_exists(pk)",
    ...(before && { ExpressionAttributeValues: { ":revision": before.revision } }),
  };
  const settings = also?.settings?.(after);
  const revision = settings && { Put: { TableName: table.name, Item: settings } };
  return also
    ? await writeWith(table, { Put: put }, also.command(after), ...(revision ? [revision] : []))
    : await unlessRefused(table.client.send(new PutCommand(put)));
}
