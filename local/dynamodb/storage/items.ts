import type { Store } from "../../kernel/store.ts";
import { type Index, indexes, type Keys, keyNames, type Table } from "../table.ts";
import { type AttributeMap, attributeOf, pick } from "../value/attribute-value.ts";
import { equalMaps } from "../value/compare.ts";
import { itemSize } from "../value/item-size.ts";
import { encodePartitionKey, encodeSortKey } from "../value/key-encoding.ts";
import type { Image, StreamLog } from "./stream-log.ts";

/** The position of an item in its table or index. */
export interface Position {
  hash: Uint8Array;
  sort: Uint8Array;
}

export interface StoredItem extends Image {
  id: number;
}

/** One item before and after a write; undefined where there is none. */
export interface Change {
  table: Table;
  key: AttributeMap;
  before: StoredItem | undefined;
  after: AttributeMap | undefined;
}

/** The position of an item that has all of these keys. */
export function positionOf(keys: Keys, item: AttributeMap): Position {
  return {
    hash: encodePartitionKey(item[keys.hash.name]!),
    sort: encodeSortKey(keys.range && item[keys.range.name]),
  };
}

/** When the item expires, in seconds since the epoch; undefined if it does not. */
function expiryOf(table: Table, item: AttributeMap): number | undefined {
  if (!table.timeToLive?.enabled) return undefined;
  const value = attributeOf(item, table.timeToLive.attribute);
  // A time, not an amount: the precision of a float is enough.
  return value && "N" in value ? Math.floor(Number(value.N)) : undefined;
}

/** The items of all tables with their index rows. Call `write` within `store.atomically`. */
export class Items {
  private readonly store: Store;
  private readonly log: StreamLog;
  /** Called with the expiry of each item written that has one. */
  private readonly expires: (seconds: number) => void;

  constructor(store: Store, log: StreamLog, expires: (seconds: number) => void) {
    this.store = store;
    this.log = log;
    this.expires = expires;
  }

  read(table: Table, key: AttributeMap): StoredItem | undefined {
    const { hash, sort } = positionOf(table.keys, key);
    const row = this.store.get<{ id: number; item: string; size: number }>(
      "SELECT id, item, size FROM dynamodb_items WHERE tbl = ? AND hash = ? AND sort = ?",
      table.id,
      hash,
      sort,
    );
    return row && { id: row.id, item: JSON.parse(row.item), size: row.size };
  }

  /** Writes the change, its index rows and its stream record; an item that does not change is not written. */
  write(change: Change, by?: "timeToLive"): void {
    const { table, key, before, after } = change;
    if (before && after ? equalMaps(before.item, after) : before === after) return;
    const size = after ? itemSize(after) : 0;
    const position = positionOf(table.keys, key);
    const id = this.writeRow(change, position, size);
    for (const index of table.indexes) this.writeIndexRow(index, id, position, before?.item, after);
    this.store.run(
      "UPDATE dynamodb_totals SET items = items + ?, bytes = bytes + ? WHERE tbl = ?",
      Number(after !== undefined) - Number(before !== undefined),
      size - (before?.size ?? 0),
      table.id,
    );
    this.log.append(table, pick(key, keyNames(table.keys)), before, after && { item: after, size }, by);
  }

  /** Fills a new index from the existing items. */
  fillIndex(table: Table, index: Index): void {
    for (const { id, item } of this.each(table)) {
      this.writeIndexRow(index, id, positionOf(table.keys, item), undefined, item);
    }
  }

  /** Sets the expiry of the existing items, after the table's time to live changed. */
  resetExpiry(table: Table): void {
    this.store.run(
      "UPDATE dynamodb_items SET expires = NULL WHERE tbl = ? AND expires IS NOT NULL",
      table.id,
    );
    if (!table.timeToLive?.enabled) return;
    for (const { id, item } of this.each(table)) {
      const expiry = expiryOf(table, item);
      if (expiry === undefined) continue;
      this.store.run("UPDATE dynamodb_items SET expires = ? WHERE id = ?", expiry, id);
      this.expires(expiry);
    }
  }

  private writeRow({ table, before, after }: Change, { hash, sort }: Position, size: number): number {
    if (!after) {
      this.store.run("DELETE FROM dynamodb_items WHERE id = ?", before!.id);
      return before!.id;
    }
    const expiry = expiryOf(table, after) ?? null;
    if (expiry !== null) this.expires(expiry);
    const text = JSON.stringify(after);
    if (before) {
      this.store.run(
        "UPDATE dynamodb_items SET item = ?, size = ?, expires = ? WHERE id = ?",
        text,
        size,
        expiry,
        before.id,
      );
      return before.id;
    }
    return this.store.get<{ id: number }>(
      "INSERT INTO dynamodb_items (tbl, hash, sort, item, size, expires) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
      table.id,
      hash,
      sort,
      text,
      size,
      expiry,
    )!.id;
  }

  private writeIndexRow(
    index: Index,
    item: number,
    base: Position,
    before: AttributeMap | undefined,
    after: AttributeMap | undefined,
  ): void {
    const from = before && indexes(index, before) ? pick(before, keyNames(index.keys)) : undefined;
    const to = after && indexes(index, after) ? pick(after, keyNames(index.keys)) : undefined;
    if (from && to ? equalMaps(from, to) : from === to) return;
    if (!from || !to) {
      const entered = to ? 1 : -1;
      this.store.run("UPDATE dynamodb_indexes SET items = items + ? WHERE id = ?", entered, index.id);
    }
    if (from) {
      const { hash, sort } = positionOf(index.keys, from);
      this.store.run(
        "DELETE FROM dynamodb_index_rows WHERE idx = ? AND hash = ? AND sort = ? AND base_hash = ? AND base_sort = ?",
        index.id,
        hash,
        sort,
        base.hash,
        base.sort,
      );
    }
    if (to) {
      const { hash, sort } = positionOf(index.keys, to);
      this.store.run(
        "INSERT INTO dynamodb_index_rows (idx, hash, sort, base_hash, base_sort, item) VALUES (?, ?, ?, ?, ?, ?)",
        index.id,
        hash,
        sort,
        base.hash,
        base.sort,
        item,
      );
    }
  }

  /** All items, read by the page so that the caller may write in between. */
  private *each(table: Table): Generator<{ id: number; item: AttributeMap }> {
    let position: Position = { hash: Buffer.alloc(0), sort: Buffer.alloc(0) };
    for (;;) {
      const page = this.store.all<{ id: number; item: string; hash: Uint8Array; sort: Uint8Array }>(
        `SELECT id, item, hash, sort FROM dynamodb_items
         WHERE tbl = ? AND (hash, sort) > (?, ?) ORDER BY hash, sort LIMIT 500`,
        table.id,
        position.hash,
        position.sort,
      );
      for (const { id, item } of page) yield { id, item: JSON.parse(item) };
      const last = page.at(-1);
      if (!last) return;
      position = last;
    }
  }
}
