import { shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import { type DeadLetterItem, TABLE } from "../../../../lib/contract/table.ts";
import { mergePages } from "../../api/merge-pages.ts";
import type { DeadLetterReader } from "../../dead-letters/ports.ts";
import { readIndexPartition } from "../table/index-pages.ts";
import { ofSubscriber } from "../table/listed-items.ts";
import { readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";
import { tableDeadLetterStore } from "./dead-letter-store.ts";

/** The limit of BatchGetItem. */
const MOST_AT_ONCE = 100;
/** Maximum number of items that one page reads in each partition when filtering by subscriber. */
const MOST_LOOKED_AT = 2_000;

/** The operator's view of dead letters in the table. */
export function deadLetterReader(table: Table): DeadLetterReader {
  return {
    async list({ limit, after, subscriber }) {
      const filter = subscriber === undefined ? undefined : ofSubscriber(subscriber);
      const wanted = { limit: Math.min(limit, MOST_AT_ONCE), after, filter, mostLookedAt: MOST_LOOKED_AT };
      const reads = await Promise.all(
        shardsOf("dead-letter").map((shard) =>
          readIndexPartition<DeadLetterItem>(table, TABLE.indexes.list, shard, wanted),
        ),
      );
      const { items: keys, next } = mergePages(reads, wanted.limit, after);
      const items = await readItems<DeadLetterItem>(table, keys);
      return {
        items: items.filter((item) => item !== undefined && !item.resolved) as DeadLetterItem[],
        next,
      };
    },

    read: tableDeadLetterStore(table).read,
  };
}
