import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { type IndexEntry, isListedInPlace } from "../../../../lib/contract/keys/in-place.ts";
import type { TABLE } from "../../../../lib/contract/table.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import type { Table } from "./table.ts";

export type Index = (typeof TABLE.indexes)[keyof typeof TABLE.indexes];

/** A query of a partition of an index. */
export interface IndexQuery {
  /** The first and the last sort key, both inclusive. */
  from?: string | undefined;
  until?: string | undefined;
  newestFirst?: boolean | undefined;
  /** Maximum number of entries that are read. */
  atOnce?: number | undefined;
  /** A condition in expression syntax over `#name` and `:value`. */
  filter?: { expression: string; names: Record<string, string>; values: Record<string, unknown> } | undefined;
  start?: QueryCommandInput["ExclusiveStartKey"];
}

export interface IndexPage<Entry> {
  entries: Entry[];
  /** How many entries were read, with those that are left out. */
  looked: number;
  /** Where the next page starts, if there is one. */
  next: Record<string, unknown> | undefined;
}

/**
 * A page of a partition of an index. Everything that reads an index reads it by this: entries of items that do not
 * belong there are left out, before anything that they say is used.
 */
export async function indexPage<Entry>(
  table: Table,
  index: Index,
  partition: string,
  { from = EARLIEST, until = LATEST, newestFirst = false, atOnce, filter, start }: IndexQuery,
): Promise<IndexPage<Entry>> {
  const {
    Items = [],
    ScannedCount,
    LastEvaluatedKey,
  } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: index.name,
      // On an index, a key condition accepts one range, with both ends.
      KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :until",
      FilterExpression: filter?.expression,
      ExpressionAttributeNames: {
        "#partition": index.partitionKey,
        "#sort": index.sortKey,
        ...filter?.names,
      },
      ExpressionAttributeValues: {
        ":partition": partition,
        ":from": from,
        ":until": until,
        ...filter?.values,
      },
      ScanIndexForward: !newestFirst,
      Limit: atOnce,
      ExclusiveStartKey: start,
    }),
  );
  const entries = Items.filter((entry) => isListedInPlace(index.name, partition, entry as IndexEntry));
  return { entries: entries as Entry[], looked: ScannedCount ?? Items.length, next: LastEvaluatedKey };
}

/** The entries of a partition of an index, page by page. */
export async function* indexPages<Entry>(
  table: Table,
  index: Index,
  partition: string,
  query: Omit<IndexQuery, "start">,
): AsyncGenerator<Entry[]> {
  let start: IndexQuery["start"];
  do {
    const { entries, next } = await indexPage<Entry>(table, index, partition, { ...query, start });
    yield entries;
    start = next;
  } while (start);
}

/** The first entries of several partitions together, in the order of their sort keys, at most `limit`. */
export async function firstEntries<Entry>(
  table: Table,
  index: Index,
  partitions: readonly string[],
  { limit, ...query }: Pick<IndexQuery, "until" | "newestFirst"> & { limit: number },
): Promise<Entry[]> {
  const found = await Promise.all(
    partitions.map((partition) => first(table, index, partition, query, limit)),
  );
  const time = (entry: Record<string, unknown>) => String(entry[index.sortKey]);
  const direction = query.newestFirst ? -1 : 1;
  // Merged by time: otherwise the last partitions would starve while the first are full.
  return found
    .flat()
    .sort((a, b) => direction * (time(a) < time(b) ? -1 : 1))
    .slice(0, limit) as Entry[];
}

/** Reads on while entries are left out: otherwise those that do not belong there would hide the others. */
async function first(
  table: Table,
  index: Index,
  partition: string,
  query: IndexQuery,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let start: IndexQuery["start"];
  do {
    const page = await indexPage<Record<string, unknown>>(table, index, partition, {
      ...query,
      // After the first page, as much as one answer holds.
      atOnce: start ? undefined : limit,
      start,
    });
    found.push(...page.entries);
    start = page.next;
  } while (start && found.length < limit);
  return found;
}

/** Before and after all times. */
const EARLIEST = "0";
export const LATEST = "9999";
