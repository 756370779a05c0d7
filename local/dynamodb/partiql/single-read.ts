import { type Consumption, readUnits } from "../capacity.ts";
import type { Engine } from "../engine.ts";
import { validation } from "../errors.ts";
import { checkKey } from "../key-rules.ts";
import type { Table } from "../table.ts";
import { demandRead } from "../throughput.ts";
import type { AttributeMap, AttributeValue } from "../value/attribute-value.ts";
import { type Column, columnsOf, pickColumns } from "./columns.ts";
import { takeKey } from "./key.ts";
import { spansOf } from "./spans.ts";
import type { Select } from "./syntax.ts";
import { conditionOf } from "./where.ts";

/** A SELECT of one item by its key. */
export interface SingleRead {
  table: Table;
  key: AttributeMap;
  columns: Column[] | undefined;
}

/** A SELECT in a batch or transaction (`operation`), which must read one item by its key. */
export function prepareSingleRead(
  select: Select,
  { table, parameters }: { table: Table; parameters: AttributeValue[] },
  operation: "BatchExecuteStatement" | "ExecuteTransaction",
): SingleRead {
  const columns = columnsOf(select);
  const condition = select.where && conditionOf(select.where, parameters);
  const refuse = () =>
    validation(`Select statements within ${operation} must specify the primary key in the where clause.`);
  if (select.source.index !== undefined) {
    throw operation === "ExecuteTransaction"
      ? validation("Reads on indices are not supported within transactions.")
      : refuse();
  }
  const { key, conflicts, rest } = takeKey(condition, table.keys, true);
  if (!key || rest || conflicts.length > 0) {
    spansOf(condition, table.keys);
    throw refuse();
  }
  checkKey(table.keys, key);
  return { table, key, columns };
}

export interface ReadMode {
  consistent: boolean;
  /** In a transaction every unit counts twice. */
  transactional: boolean;
}

/** Reads the item; undefined if there is none. Throws the service's error if capacity is missing. */
export function readSingle(
  { kernel, items }: Engine,
  { table, key, columns }: SingleRead,
  { consistent, transactional }: ReadMode,
  consumption: Consumption,
): AttributeMap | undefined {
  const found = items.read(table, key);
  const units = readUnits(found?.size ?? 0, consistent);
  demandRead(kernel, { table, hash: key[table.keys.hash.name], units: transactional ? 2 * units : units });
  consumption.read(table, units);
  return found && pickColumns(found.item, columns);
}
