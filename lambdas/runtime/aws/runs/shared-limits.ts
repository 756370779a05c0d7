import { itemTimes } from "../../../../lib/contract/expiry.ts";
import type { ControlItem } from "../../../../lib/contract/items/control.ts";
import type { LimitEntryItem, LimitLaneItem } from "../../../../lib/contract/items/shared-limit.ts";
import { controlKey } from "../../../../lib/contract/keys/control.ts";
import { limitEntryKey, limitKeyDigest, limitLaneKey } from "../../../../lib/contract/keys/flow-control.ts";
import { TABLE } from "../../../../lib/contract/table.ts";
import type { LimitEntry, SharedLimits } from "../../intake/limit/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { DeleteCommand, QueryCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "../table/read-items.ts";
import { recentReads } from "../table/recent-reads.ts";
import { writeRevision } from "../table/revised.ts";
import { putNew, type Table } from "../table/table.ts";
import { transact, updateOf } from "../table/transact.ts";
import { whileHeld } from "./held-runs.ts";

/** A run may take a year, and has its place for as long. */
const KEPT_DAYS = 400;
/** Sorts after every entry of a key, and after every key. */
const LAST = "~";

/** The lanes of a shared limit in the table. */
export function tableSharedLimits(table: Table, limit: string, now: Now = Date.now): SharedLimits {
  const recently = recentReads(table, now);
  const entryKey = (lane: string, { key, order }: LimitEntry) =>
    limitEntryKey(limitLaneKey(limit, lane), limitKeyDigest(key), order);

  /** The first entry of a lane between two sort keys. */
  const firstBetween = async (
    lane: string,
    from: string,
    to: string,
  ): Promise<LimitEntryItem | undefined> => {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        ConsistentRead: true,
        KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
        ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
        ExpressionAttributeValues: { ":pk": limitLaneKey(limit, lane).pk, ":from": from, ":to": to },
        Limit: 1,
      }),
    );
    return Items[0] as LimitEntryItem | undefined;
  };

  return {
    async read(lane) {
      const item = await readItem<LimitLaneItem>(table, limitLaneKey(limit, lane));
      const { revision, places = [], starts = [], cursor, lookAt } = item ?? {};
      return { revision, places, starts, cursor, lookAt };
    },

    async write(lane, { revision, places, starts, cursor, lookAt }, called) {
      const item: Omit<LimitLaneItem, "revision"> = {
        ...limitLaneKey(limit, lane),
        kind: "limit-lane",
        limit,
        places,
        starts,
        cursor,
        lookAt,
        state: called ? "called" : undefined,
        ...itemTimes(now(), KEPT_DAYS),
      };
      return await writeRevision(table, item, revision);
    },

    async writeWhileHeld(lane, { revision, places }, run) {
      const update = updateOf(table, limitLaneKey(limit, lane), {
        set: { places, changedAt: new Date(now()).toISOString() },
        remove: ["state"],
        condition: "#revision = :revision",
        values: { revision },
      });
      const refused = await transact(table, { Update: update }, whileHeld(table, run));
      if (!refused) return "written";
      return refused[1] === "ConditionalCheckFailed" ? "released" : "lane changed";
    },

    async unqueueWhileHeld(lane, entry, run) {
      const removed = { TableName: table.name, Key: entryKey(lane, entry) };
      for (;;) {
        const refused = await transact(table, { Delete: removed }, whileHeld(table, run));
        if (!refused || refused[1] === "ConditionalCheckFailed") return;
      }
    },

    async queue(lane, entry) {
      const { execution, key } = entry;
      const item = {
        kind: "limit-entry",
        execution,
        key,
        revision: 1,
        ...itemTimes(now(), KEPT_DAYS),
      } as const;
      await putNew<LimitEntryItem>(table, { ...entryKey(lane, entry), ...item });
    },

    async unqueue(lane, entry) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: entryKey(lane, entry) }));
    },

    async *heads(lane, cursor) {
      const at = limitLaneKey(limit, lane);
      const after = (digest: string) => limitEntryKey(at, digest, LAST).sk;
      const first = limitEntryKey(at, "").sk.slice(0, -1);
      const parts = [
        [cursor === undefined ? first : after(cursor), first + LAST],
        ...(cursor === undefined ? [] : [[first, after(cursor)]]),
      ] as [string, string][];
      for (const [begin, end] of parts) {
        let from = begin;
        for (;;) {
          const item = await firstBetween(lane, from, end);
          if (!item) break;
          const [, digest] = item.sk.split("#", 2) as [string, string];
          yield {
            execution: item.execution,
            key: item.key,
            order: item.sk.slice(`queued#${digest}#`.length),
          };
          from = after(digest);
        }
      }
    },

    settings: async () => (await recently<ControlItem>(controlKey("limit", limit)))?.settings,
  };
}
