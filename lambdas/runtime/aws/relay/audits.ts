import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { claimsIn } from "../../../../lib/contract/groups/claims-in.ts";
import { isInPlace } from "../../../../lib/contract/keys/in-place.ts";
import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import { auditKey, logKey } from "../../../../lib/contract/keys/log.ts";
import { partitionsOf } from "../../../../lib/contract/keys/run.ts";
import { type StoredLog, unpack } from "../../../../lib/contract/log/log-pack.ts";
import { type AuditItem, ENDED_STATUSES, TABLE, type TableItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { Audits } from "../../relay/audit.ts";
import type { Listed } from "../../relay/walk-index.ts";
import { UpdateCommand } from "../client/dynamodb-commands.ts";
import { indexPages } from "../table/read-index.ts";
import { readItem } from "../table/read-items.ts";
import { queryPages, type Table, touch } from "../table/table.ts";

const [succeeded, failed, timedOut, terminated] = ENDED_STATUSES;
const { due, list } = TABLE.indexes;
/** Number of ended runs that are compared before the progress is saved. */
const PAGE = 250;
/** Longer than any outage of the reconciler; after it, the audit starts from the beginning. */
const KEPT_DAYS = 10 * 365;

/** Ended runs and the contents of their logs, in the table. */
export function tableAudits(table: Table, now: Now = Date.now): Audits {
  return {
    async reached() {
      return (await readItem<AuditItem>(table, auditKey()))?.reached ?? {};
    },

    async remember(reached) {
      const { changedAt, expiresAt } = itemTimes(now(), KEPT_DAYS);
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: auditKey(),
          UpdateExpression:
            "SET #kind = :kind, #reached = :reached, #changedAt = :time, #expiresAt = :expiresAt ADD #revision :one",
          ExpressionAttributeNames: {
            "#kind": "kind",
            "#reached": "reached",
            "#changedAt": "changedAt",
            "#expiresAt": TABLE.expiresAt,
            "#revision": "revision",
          },
          ExpressionAttributeValues: {
            ":kind": "audit",
            ":reached": reached,
            ":time": changedAt,
            ":one": 1,
            ":expiresAt": expiresAt,
          },
        }),
      );
    },

    ended: (...range) => partitionOf(table, due, ...range),
    accepted: (...range) => partitionOf(table, list, ...range),

    async compare(run) {
      // All reads are eventually consistent, at half the price: the data is minutes old.
      const partition = async <Item>(pk: string) => {
        const pages = queryPages<Item>(table, {
          KeyConditionExpression: "#pk = :pk",
          ExpressionAttributeNames: { "#pk": TABLE.partitionKey },
          ExpressionAttributeValues: { ":pk": pk },
        });
        return (await Array.fromAsync(pages)).flat();
      };
      const [entries, ...items] = await Promise.all([
        partition<StoredLog>(logKey(run, "", "", 0, "").pk),
        ...partitionsOf(run).map(partition<TableItem>),
      ]);
      return {
        items: items.flat().filter(isInPlace).flatMap(separate),
        logged: new Set(unpack(entries).map(({ id }) => id)),
      };
    },

    async again({ pk, sk, run }, at) {
      await touch(
        table,
        { pk, sk },
        {
          set: { [due.partitionKey]: shardOf("ended", run), [due.sortKey]: at },
          // An open run has its place in this index for its own checks.
          condition:
            "attribute_not_exists(#status) OR #status IN (:succeeded, :failed, :timedOut, :terminated)",
          values: { succeeded, failed, timedOut, terminated },
        },
      );
    },
  };
}

/** A part of an index, in the order of its times. */
async function* partitionOf(
  table: Table,
  index: typeof due | typeof list,
  partition: string,
  from: string,
  until: string,
): AsyncGenerator<Listed[]> {
  const range = { from: justAfter(from), until };
  if (range.from > until) return;
  const pages = indexPages<Omit<Listed, "at"> & Record<string, string>>(table, index, partition, {
    ...range,
    atOnce: PAGE,
  });
  for await (const page of pages)
    yield page.map(({ pk, sk, run, [index.sortKey]: at }) => ({ pk, sk, run, at: at! }));
}

function separate(item: TableItem): TableItem[] {
  return item.kind === "claim" ? claimsIn(item) : [item];
}

/** Times are stored in milliseconds. */
function justAfter(time: string): string {
  return time === "" ? "0" : new Date(Date.parse(time) + 1).toISOString();
}
