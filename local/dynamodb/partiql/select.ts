import { createHash } from "node:crypto";
import { type Consumption, projectInto, readUnits } from "../capacity.ts";
import type { Engine } from "../engine.ts";
import { invalidValue, validation } from "../errors.ts";
import { type Condition, pathsOf } from "../expression/condition.ts";
import { meets } from "../expression/evaluate.ts";
import { checkKeyPaths } from "../key-rules.ts";
import { walkItems } from "../storage/pages.ts";
import { type Index, type Keys, keyNames, projectedNames, type Table } from "../table.ts";
import { demandRead } from "../throughput.ts";
import { type AttributeMap, type AttributeValue, pick } from "../value/attribute-value.ts";
import { orderOf } from "../value/compare.ts";
import { itemSize } from "../value/item-size.ts";
import { encodePartitionKey } from "../value/key-encoding.ts";
import { type Column, columnsOf, pickColumns } from "./columns.ts";
import { type Span, spansOf } from "./spans.ts";
import type { Ordering, Select } from "./syntax.ts";
import { conditionOf } from "./where.ts";

/** Bytes that a page reads before it ends. */
const LARGEST_PAGE = 1024 * 1024;

export interface Page {
  items: AttributeMap[];
  nextToken: string | undefined;
  lastKey: AttributeMap | undefined;
}

export interface PageRequest {
  table: Table;
  parameters: AttributeValue[];
  consistent: boolean;
  limit: number | undefined;
  token: string | undefined;
}

/** Where a page goes on: in which of the spans, and after which item. */
interface Continuation {
  span: number;
  after: AttributeMap | undefined;
}

/** Reads a page of a SELECT: partitions that its condition names, or all of them. Throws ValidationException. */
export function selectPage(
  engine: Engine,
  select: Select,
  request: PageRequest,
  consumption: Consumption,
): Page {
  const { table, parameters, consistent, limit = Number.POSITIVE_INFINITY } = request;
  const index = indexOf(table, select, consistent);
  const keys = index?.keys ?? table.keys;
  const columns = columnsOf(select);
  const filter = select.where && conditionOf(select.where, parameters);
  checkKeyPaths(table, [...(columns ?? []).map(({ path }) => path), ...(filter ? pathsOf(filter) : [])]);
  const spans = spansOf(filter, keys);
  const fetches = wantsMoreThanIndex(table, index, columns);
  if (index?.scope === "global" && spans && filter) refuseUnprojected(table, index, filter);
  const backward = orderSpans(select, spans, keys);
  const digest = digestOf(select, parameters);
  const start =
    request.token === undefined ? { span: 0, after: undefined } : continuation(request.token, digest);

  const items: AttributeMap[] = [];
  let scanned = 0;
  let bytes = 0;
  const walks: (Span | undefined)[] = spans ?? [undefined];
  for (let at = start.span; at < walks.length; at++) {
    const span = walks[at];
    const after = at === start.span ? start.after : undefined;
    const within = span
      ? { hash: encodePartitionKey(span.hash), lower: span.lower, upper: span.upper }
      : { from: undefined, to: undefined };
    let read = 0;
    let fetched = 0;
    let last: AttributeMap | undefined;
    for (const stored of walkItems(engine.kernel.store, { table, index, within, after, backward })) {
      const carried = index ? projectInto(table, index, stored)! : stored;
      scanned++;
      read += itemSize(carried);
      if (fetches) fetched += readUnits(itemSize(stored), consistent);
      if (!filter || meets(carried, filter)) items.push(pickColumns(fetches ? stored : carried, columns));
      if (scanned < limit && bytes + read < LARGEST_PAGE) continue;
      last = pick(stored, [...keyNames(table.keys), ...(index ? keyNames(index.keys) : [])]);
      break;
    }
    bytes += read;
    const units = readUnits(read, consistent);
    demandRead(engine.kernel, { table, index, hash: span?.hash, units });
    consumption.read(table, index ? fetched : units);
    if (index) consumption.read(table, units, index);
    if (last) return { items, lastKey: last, nextToken: tokenOf(digest, { span: at, after: last }) };
  }
  return { items, lastKey: undefined, nextToken: undefined };
}

function indexOf(table: Table, { source }: Select, consistent: boolean): Index | undefined {
  if (source.index === undefined) return undefined;
  const index = table.indexes.find(({ name }) => name === source.index);
  if (!index) throw validation(`The table does not have the specified index: ${source.index}`);
  if (index.scope === "global" && consistent) {
    throw validation("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  return index;
}

/** Whether columns are fetched from the table, which a local index can do and a global one cannot. */
function wantsMoreThanIndex(table: Table, index: Index | undefined, columns: Column[] | undefined): boolean {
  const missing = index
    ? unprojected(
        table,
        index,
        (columns ?? []).map(({ path }) => String(path[0])),
      )
    : [];
  if (missing.length > 0 && index!.scope === "global") {
    throw invalidValue(`Global secondary index ${index!.name} does not project [${missing.join(", ")}]`);
  }
  return missing.length > 0;
}

function refuseUnprojected(table: Table, index: Index, filter: Condition): void {
  const missing = unprojected(
    table,
    index,
    pathsOf(filter).map(([head]) => String(head)),
  );
  if (missing.length > 0) {
    throw invalidValue(
      `Secondary index ${index.name} does not project one or more filter attributes: [${missing.join(", ")}]`,
    );
  }
}

function unprojected(table: Table, index: Index, names: string[]): string[] {
  const carried = projectedNames(table, index);
  return carried ? [...new Set(names)].filter((name) => !carried.includes(name)) : [];
}

/**
 * Puts the spans in order, and answers whether their items come backwards: as ORDER BY says of the sort key, and
 * backwards where it speaks of the partition key alone.
 */
function orderSpans({ orderings, where }: Select, spans: Span[] | undefined, keys: Keys): boolean {
  if (orderings.length === 0) return false;
  if (!where) throw validation("Must have WHERE clause in the statement when using ORDER BY clause.");
  const stranger = orderings.find(({ name }) => !keyNames(keys).includes(name));
  if (stranger)
    throw validation(`Attribute ${stranger.name} in ORDER BY clause must be part of the primary key`);
  if (!spans) {
    throw validation(
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    );
  }
  const of = (name: string | undefined): Ordering | undefined =>
    orderings.find((ordering) => ordering.name === name);
  const hash = of(keys.hash.name);
  const partitions = new Set(spans.map((span) => JSON.stringify(span.hash)));
  if (partitions.size > 1 && !hash) {
    throw validation(
      "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
    );
  }
  const backward = of(keys.range?.name)?.descending ?? true;
  if (backward) spans.reverse();
  spans.sort((one, other) => {
    const order = orderOf(one.hash, other.hash) ?? 0;
    return hash?.descending ? -order : order;
  });
  return backward;
}

function digestOf(select: Select, parameters: AttributeValue[]): string {
  return createHash("sha256")
    .update(JSON.stringify([select, parameters]))
    .digest("base64")
    .slice(0, 16);
}

function tokenOf(digest: string, { span, after }: Continuation): string {
  return Buffer.from(JSON.stringify([digest, span, after])).toString("base64");
}

function continuation(token: string, digest: string): Continuation {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(token, "base64").toString());
  } catch {
    throw validation("Invalid NextToken");
  }
  if (!Array.isArray(read) || !Number.isInteger(read[1])) throw validation("Invalid NextToken");
  if (read[0] !== digest) throw validation("NextToken does not match request");
  return { span: read[1], after: read[2] };
}
