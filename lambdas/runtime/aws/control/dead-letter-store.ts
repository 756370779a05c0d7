import { deadLetterKey } from "../../../../lib/contract/keys/delivery.ts";
import { shardOf, shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { type DeadLetterItem, TABLE } from "../../../../lib/contract/table.ts";
import type { DeadLetterStore } from "../../dead-letters/ports.ts";
import { putBodyAside, withBody } from "../table/body-parts.ts";
import { ofSubscriber } from "../table/listed-items.ts";
import { firstEntries, indexPages } from "../table/read-index.ts";
import { readItem } from "../table/read-items.ts";
import { change, putNew, type Table } from "../table/table.ts";

const { list } = TABLE.indexes;
/** A larger body is stored separately from its item, so that an edited body fits too. */
const LARGEST_BODY = 100 * 1024;

/** The subscribers of dead letters that are listed, one for each letter, oldest first, at most `limit`. */
export async function deadLettered(table: Table, limit: number): Promise<string[]> {
  const found = await firstEntries<Pick<DeadLetterItem, "subscriber">>(table, list, shardsOf("dead-letter"), {
    limit,
  });
  return found.map(({ subscriber }) => subscriber);
}

/** Dead letters in the table. */
export function tableDeadLetterStore(table: Table): DeadLetterStore {
  return {
    async keep(item) {
      const existing = await putNew(table, await putBodyAside(item, table, LARGEST_BODY));
      return existing ? { kept: existing, isNew: false } : { kept: item, isNew: true };
    },

    async read(id) {
      const item = await readItem<DeadLetterItem>(table, deadLetterKey(id));
      return item && (await withBody(item, table));
    },

    async resolve(id, resolved, edited) {
      await change(table, deadLetterKey(id), {
        set: { resolved, edited, unpublished: shardOf("unpublished", id), changedAt: resolved.at },
        remove: [list.partitionKey],
      });
    },

    async unresolved(subscriber, until, limit) {
      const shards = await Promise.all(
        shardsOf("dead-letter").map((shard) => oldest(table, { shard, subscriber, until, limit })),
      );
      const found = shards.flat().sort((a, b) => (a.listedAt < b.listedAt ? -1 : 1));
      return found.slice(0, limit).map(({ id }) => id);
    },
  };
}

type Listed = Pick<DeadLetterItem, "id" | "listedAt"> & ItemKey;

async function oldest(
  table: Table,
  {
    shard,
    subscriber,
    until,
    limit,
  }: { shard: string; subscriber: string | undefined; until: string; limit: number },
): Promise<Listed[]> {
  const found: Listed[] = [];
  const pages = indexPages<Listed>(table, list, shard, {
    until,
    filter: subscriber === undefined ? undefined : ofSubscriber(subscriber),
  });
  for await (const page of pages) {
    found.push(...page);
    if (found.length >= limit) break;
  }
  return found;
}
