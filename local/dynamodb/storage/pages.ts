import type { SqlValue, Store } from "../../kernel/store.ts";
import type { Bound } from "../expression/key-condition.ts";
import type { Index, Table } from "../table.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { type Position, positionOf } from "./items.ts";

/** A scan of a table or one of its indexes, in key order. */
export interface Walk {
  table: Table;
  index: Index | undefined;
  /** One partition with bounds on its sort keys, or the partitions of a segment (all for no bounds). */
  within:
    | { hash: Uint8Array; lower?: Bound; upper?: Bound }
    | { from: Uint8Array | undefined; to: Uint8Array | undefined };
  /** The keys of the item after which to continue. */
  after: AttributeMap | undefined;
  backward: boolean;
}

/** The items of the scan, read one by one on demand. Finish or leave it before writing anything. */
export function* walkItems(store: Store, walk: Walk): Generator<AttributeMap> {
  const { sql, values } = statementFor(walk);
  for (const row of store.prepare(sql).iterate(...values)) yield JSON.parse((row as { item: string }).item);
}

function statementFor({ table, index, within, after, backward }: Walk): { sql: string; values: SqlValue[] } {
  const source = index ? "dynamodb_index_rows w JOIN dynamodb_items i ON i.id = w.item" : "dynamodb_items w";
  const image = `JOIN dynamodb_images m ON m.id = ${index ? "i" : "w"}.image`;
  const conditions = [index ? "w.idx = ?" : "w.tbl = ?"];
  const values: SqlValue[] = [index ? index.id : table.id];
  const order = index ? ["sort", "base_hash", "base_sort"] : ["sort"];
  const where = (condition: string, ...bound: (Uint8Array | undefined)[]) => {
    if (bound.some((value) => value === undefined)) return;
    conditions.push(condition);
    values.push(...(bound as Uint8Array[]));
  };

  if ("hash" in within) {
    const { lower, upper } = within;
    where("w.hash = ?", within.hash);
    // The position from which to continue is in the range, so on its side it is the narrower bound.
    if (!after || backward) where(lower?.inclusive ? "w.sort >= ?" : "w.sort > ?", lower?.key);
    if (!after || !backward) where(upper?.inclusive ? "w.sort <= ?" : "w.sort < ?", upper?.key);
  } else {
    order.unshift("hash");
    if (!after) where("w.hash >= ?", within.from);
    where("w.hash < ?", within.to);
  }

  const columns = order.map((column) => `w.${column}`);
  if (after) {
    const at = positionColumns(table, index, after);
    where(
      `(${columns.join(", ")}) ${backward ? "<" : ">"} (${columns.map(() => "?").join(", ")})`,
      ...order.map((column) => at[column as keyof typeof at]),
    );
  }
  const direction = backward ? "DESC" : "ASC";
  const sql = `SELECT m.item FROM ${source} ${image} WHERE ${conditions.join(" AND ")}
    ORDER BY ${columns.map((column) => `${column} ${direction}`).join(", ")}`;
  return { sql, values };
}

function positionColumns(table: Table, index: Index | undefined, keys: AttributeMap) {
  const base: Position = positionOf(table.keys, keys);
  return { ...(index ? positionOf(index.keys, keys) : base), base_hash: base.hash, base_sort: base.sort };
}
