import { PutCommand } from "@aws-sdk/lib-dynamodb";
import {
  commandKey,
  controlKey,
  heldPartition,
  type ItemKey,
  shardsOf,
  workPartition,
} from "../../../../lib/contract/keys.ts";
import {
  type CommandItem,
  type ControlItem,
  type ParkedItem,
  TABLE,
} from "../../../../lib/contract/table.ts";
import type { Commands, Controls, Waiting } from "../../control/ports.ts";
import type { Now } from "../../ports.ts";
import { putNew, queryIndex, queryPartition, readItem, type Table, unlessRefused } from "../table/table.ts";

/** Commands in the table. */
export function tableCommands(table: Table): Commands {
  return {
    find: (key) => readItem<CommandItem>(table, commandKey(key)),
    keep: async (command) => (await putNew(table, command)) ?? command,
  };
}

/** Orders for whole workflows are few, and hold until somebody takes them back. */
const KEPT_SECONDS = 10 * 365 * 24 * 60 * 60;
const MOST_TRIES = 20;

/** Orders for workflows and other subscribers in the table. */
export function tableControls(table: Table, now: Now = Date.now): Controls {
  return {
    read: (target, name) => readItem<ControlItem>(table, controlKey(target, name)),
    async change(target, name, transition) {
      const key = controlKey(target, name);
      for (let tries = 0; tries < MOST_TRIES; tries++) {
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
          changedAt: new Date(now()).toISOString(),
          expiresAt: Math.ceil(now() / 1000) + KEPT_SECONDS,
        };
        if (await replace(table, found, written)) return written;
      }
      throw new Error(
        `The state of ${target} ${name} changed during each of ${MOST_TRIES} attempts to update it. Try again.`,
      );
    },
  };
}

/** What lies aside, as the table has it. */
export function tableWaiting(table: Table): Waiting {
  const { list, due } = TABLE.indexes;
  return {
    async parkedOfRun(run, until, limit) {
      const parked: ParkedItem[] = [];
      for await (const item of queryPartition<ParkedItem>(table, workPartition(run), "parked#")) {
        if (item.parkedAt <= until) parked.push(item);
        if (parked.length === limit) break;
      }
      return parked;
    },
    async parkedOfWorkflow(workflow, until, limit) {
      const keys = await queryIndex<ItemKey>(table, list, shardsOf(`parked#${workflow}`), until, limit);
      const items = await Promise.all(keys.map((key) => readItem<ParkedItem>(table, key)));
      return items.filter((item) => item !== undefined);
    },
    async heldRuns(workflow, until, limit) {
      const held = await queryIndex<{ run: string }>(table, due, [heldPartition(workflow)], until, limit);
      return held.map(({ run }) => run);
    },
    overdueParked: (time, limit) => queryIndex<ItemKey>(table, due, shardsOf("parked-due"), time, limit),
  };
}

function replace(table: Table, before: ControlItem | undefined, after: ControlItem): Promise<boolean> {
  return unlessRefused(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: after,
        ConditionExpression: before ? "revision = :revision" : "attribute_not_exists(pk)",
        ...(before && { ExpressionAttributeValues: { ":revision": before.revision } }),
      }),
    ),
  );
}
