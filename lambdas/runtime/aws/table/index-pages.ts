import type { TABLE } from "../../../../lib/contract/table.ts";
import { isAfter, type PartitionRead } from "../../api/merge-pages.ts";
import type { Place } from "../../ports/list-part.ts";
import { type IndexQuery, indexPage, LATEST } from "./read-index.ts";
import type { Table } from "./table.ts";

type ListIndex = typeof TABLE.indexes.list | typeof TABLE.indexes.found | typeof TABLE.indexes.keyed;

/** A query of a partition, newest first. */
export interface Wanted {
  /** ISO times, both inclusive. */
  from?: string | undefined;
  to?: string | undefined;
  /** Only what comes after. */
  after?: Place | undefined;
  /** Enough items: then only the rest of the same moment is read. */
  limit: number;
  filter?: IndexQuery["filter"];
  /** Maximum number of items to read before the page is returned, with a next page for the rest. */
  mostLookedAt: number;
}

type Found = { pk: string; sk?: string; listedAt: string };

/** Reads one partition of an index, newest first, until there is enough. */
export async function readIndexPartition<Item extends Found>(
  table: Table,
  index: ListIndex,
  partition: string,
  { from = "", to, after, limit, filter, mostLookedAt }: Wanted,
): Promise<PartitionRead<Item & { id: string }>> {
  const newest = [to ?? LATEST, after?.at ?? LATEST].sort()[0]!;
  if (newest < from) return { items: [] };
  const items: (Item & { id: string })[] = [];
  let looked = 0;
  let atOnce = limit + 1;
  let start: IndexQuery["start"];
  for (;;) {
    const page = await indexPage<Item>(table, index, partition, {
      from: from || undefined,
      until: newest,
      newestFirst: true,
      atOnce: Math.max(limit + 1, Math.min(atOnce, mostLookedAt - looked)),
      filter,
      start,
    });
    items.push(...page.entries.map((item) => ({ ...item, id: `${item.pk}#${item.sk}` })));
    looked += page.looked;
    start = page.next;
    if (!start) return { items };
    if (filter) atOnce = Math.max(atOnce, Math.min(GROWTH * atOnce, MOST_AT_ONCE));
    // The next page may contain more items of the moment at which this one ends.
    const readTo = justAfter(String(start[index.sortKey]));
    const whole = items.filter(({ listedAt }) => listedAt >= readTo);
    const enough = whole.filter((item) => !after || isAfter(item, after)).length >= limit;
    if (enough || (looked >= mostLookedAt && readTo < newest)) return { items: whole, readTo };
  }
}

/**
 * Each further call reads more: a filter that passes many items needs few reads, and one that passes few
 * needs few calls.
 */
const GROWTH = 4;
const MOST_AT_ONCE = 500;

/** The next moment: times are stored in milliseconds. */
function justAfter(time: string): string {
  return new Date(Date.parse(time) + 1).toISOString();
}
