import { type ListedKind, shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { TABLE } from "../../../../lib/contract/table.ts";
import { mergePages } from "../../api/merge-pages.ts";
import type { ListPart, Wanting } from "../../ports/list-part.ts";
import { readIndexPartition } from "./index-pages.ts";
import type { IndexQuery } from "./read-index.ts";
import { readItems } from "./read-items.ts";
import type { Table } from "./table.ts";

/** The limit of BatchGetItem. */
const MOST_AT_ONCE = 100;
/** Maximum number of items that one page reads in each partition when filtering by subscriber. */
const MOST_LOOKED_AT = 2_000;

/**
 * The listed items of one or several kinds, newest first, read whole; of one subscriber, if one is named. The
 * index may be behind an operator's decision: items that are no longer listed are left out.
 */
export async function listedItems<Item extends { list?: string | undefined }>(
  table: Table,
  kind: ListedKind | readonly ListedKind[],
  { limit, after, subscriber }: Wanting & { subscriber?: string | undefined },
): Promise<ListPart<Item>> {
  const most = Math.min(limit, MOST_AT_ONCE);
  const filter = subscriber === undefined ? undefined : ofSubscriber(subscriber);
  const mostLookedAt = filter ? MOST_LOOKED_AT : Number.POSITIVE_INFINITY;
  const reads = await Promise.all(
    [kind]
      .flat()
      .flatMap(shardsOf)
      .map((shard) =>
        readIndexPartition<ItemKey & { listedAt: string }>(table, TABLE.indexes.list, shard, {
          limit: most,
          after,
          filter,
          mostLookedAt,
        }),
      ),
  );
  const { items: keys, next } = mergePages(reads, most, after);
  const items = await readItems<Item>(table, keys);
  return { items: items.filter((item): item is Item & {} => item?.list !== undefined) as Item[], next };
}

/** A condition of an index: the items of one subscriber. */
export function ofSubscriber(subscriber: string): NonNullable<IndexQuery["filter"]> {
  return {
    expression: "#subscriber = :subscriber",
    names: { "#subscriber": "subscriber" },
    values: { ":subscriber": subscriber },
  };
}
