import { type Consumption, projectInto, readUnits } from "../capacity.ts";
import type { Engine } from "../engine.ts";
import { invalidValue, validation } from "../errors.ts";
import { type Condition, pathsOf } from "../expression/condition.ts";
import { meets } from "../expression/evaluate.ts";
import { checkKeyPaths } from "../key-rules.ts";
import { walkItems } from "../storage/pages.ts";
import { type Index, keyNames, projectedNames, type Table } from "../table.ts";
import { demandRead } from "../throughput.ts";
import { type AttributeMap, type AttributeValue, pick } from "../value/attribute-value.ts";
import { itemSize } from "../value/item-size.ts";
import { encodePartitionKey } from "../value/key-encoding.ts";
import { type Column, columnsOf, pickColumns } from "./columns.ts";
import { continuation, digestOf, tokenOf } from "./next-token.ts";
import { orderSpans } from "./order.ts";
import { type Span, spansOf } from "./spans.ts";
import type { Select } from "./syntax.ts";
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

/** Reads a page of a SELECT: the partitions that its condition names, or all. Throws ValidationException. */
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

/**
 * Whether columns are fetched from the table, which is possible for a local index and not for a global one.
 */
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
