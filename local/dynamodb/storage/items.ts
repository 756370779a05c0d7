import type { Store } from "../../kernel/store.ts";
import { type Index, indexes, type Keys, type Table } from "../table.ts";
import { type AttributeMap, attributeOf } from "../value/attribute-value.ts";
import { equalMaps, equalValues } from "../value/compare.ts";
import { encodePartitionKey, encodeSortKey } from "../value/key-encoding.ts";
import type { Image, StoredImage } from "./image.ts";
import { RecentItems } from "./recent-items.ts";
import type { StreamLog } from "./stream-log.ts";
import type { RecordImage } from "./stream-record.ts";

/** The position of an item in its table or index. */
export interface Position {
  hash: Uint8Array;
  sort: Uint8Array;
}

/** One item before and after a write; undefined where there is none. */
export interface Change {
  table: Table;
  key: AttributeMap;
  before: StoredImage | undefined;
  after: Image | undefined;
}

/** The position of an item that has all of these keys. */
export function positionOf(keys: Keys, item: AttributeMap): Position {
  return {
    hash: encodePartitionKey(item[keys.hash.name]!),
    sort: encodeSortKey(keys.range && item[keys.range.name]),
  };
}

/** Whether both items, which have all of these keys, are at the same position. */
function samePosition({ hash, range }: Keys, one: AttributeMap, other: AttributeMap): boolean {
  const isSame = (name: string) => equalValues(one[name]!, other[name]!);
  return isSame(hash.name) && (!range || isSame(range.name));
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
  private readonly recent: RecentItems;
  /** Called with the expiry of each item written that has one. */
  private readonly expires: (seconds: number) => void;

  constructor(store: Store, log: StreamLog, expires: (seconds: number) => void) {
    this.store = store;
    this.log = log;
    this.recent = new RecentItems(store);
    this.expires = expires;
  }

  read(table: Table, key: AttributeMap): StoredImage | undefined {
    const known = this.recent.get(table, key);
    if (known) return known;
    const { hash, sort } = positionOf(table.keys, key);
    const row = this.store.get<Omit<StoredImage, "item">>(
      `SELECT i.id, i.image, m.item AS text, i.size FROM dynamodb_items i JOIN dynamodb_images m ON m.id = i.image
       WHERE i.tbl = ? AND i.hash = ? AND i.sort = ?`,
      table.id,
      hash,
      sort,
    );
    if (!row) return undefined;
    const image = { ...row, item: JSON.parse(row.text) };
    this.recent.set(table, key, image);
    return image;
  }

  /** Writes the change, its index rows and its stream record; an item that does not change is not written. */
  write(change: Change, by?: "timeToLive"): void {
    const { table, key, before, after } = change;
    if (before && after ? equalMaps(before.item, after.item) : before === after) return;
    const stored = after && this.writeRow(change, after);
    if (!stored) this.removeRow(table, key, before!, by);
    for (const index of table.indexes) this.writeIndexRow(index, (stored ?? before!).id, change);
    if (stored) this.recent.set(table, key, stored);
    else this.recent.delete(table, key);
  }

  /** Fills a new index from the existing items. */
  fillIndex(table: Table, index: Index): void {
    for (const { id, item } of this.each(table)) {
      if (indexes(index, item)) this.insertIndexRow(index, id, positionOf(table.keys, item), item);
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

  /** Removes all items of a table that is deleted. */
  removeAll(table: Table): void {
    if (table.stream) this.log.keepImages(table);
    else
      this.store.run(
        "DELETE FROM dynamodb_images WHERE id IN (SELECT image FROM dynamodb_items WHERE tbl = ?)",
        table.id,
      );
    this.store.run("DELETE FROM dynamodb_items WHERE tbl = ?", table.id);
  }

  private removeRow(table: Table, key: AttributeMap, before: StoredImage, by?: "timeToLive"): void {
    this.store.run("DELETE FROM dynamodb_items WHERE id = ?", before.id);
    if (table.stream) this.log.append(table, { keys: key, before, after: undefined, by });
    else this.store.run("DELETE FROM dynamodb_images WHERE id = ?", before.image);
  }

  private writeRow({ table, key, before }: Change, { item, size }: Image): StoredImage {
    const text = JSON.stringify(item);
    const expiry = expiryOf(table, item) ?? null;
    if (expiry !== null) this.expires(expiry);
    const image = this.writeImage(table, key, before, { item, size, text });
    if (before) {
      const { id } = before;
      this.store.run("UPDATE dynamodb_items SET image = ?, size = ? WHERE id = ?", image, size, id);
      // Apart, since a statement that names an indexed column writes its index also where the value is the same.
      if (expiry !== (expiryOf(table, before.item) ?? null))
        this.store.run("UPDATE dynamodb_items SET expires = ? WHERE id = ?", expiry, id);
      return { id, image, item, size, text };
    }
    const { hash, sort } = positionOf(table.keys, key);
    const id = this.store.insert(
      "INSERT INTO dynamodb_items (tbl, hash, sort, image, size, expires) VALUES (?, ?, ?, ?, ?, ?)",
      table.id,
      hash,
      sort,
      image,
      size,
      expiry,
    );
    return { id, image, item, size, text };
  }

  /** A stream keeps the images that were replaced. */
  private writeImage(
    table: Table,
    key: AttributeMap,
    before: StoredImage | undefined,
    after: RecordImage,
  ): number {
    if (table.stream) return this.log.append(table, { keys: key, before, after });
    if (!before) return this.log.keep(after.text);
    this.store.run("UPDATE dynamodb_images SET item = ? WHERE id = ?", after.text, before.image);
    return before.image;
  }

  private writeIndexRow(index: Index, id: number, { table, key, before, after }: Change): void {
    const from = before && indexes(index, before.item) ? before.item : undefined;
    const to = after && indexes(index, after.item) ? after.item : undefined;
    if (from === to || (from && to && samePosition(index.keys, from, to))) return;
    const base = positionOf(table.keys, key);
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
    if (to) this.insertIndexRow(index, id, base, to);
  }

  private insertIndexRow(index: Index, id: number, base: Position, item: AttributeMap): void {
    const { hash, sort } = positionOf(index.keys, item);
    this.store.run(
      "INSERT INTO dynamodb_index_rows (idx, hash, sort, base_hash, base_sort, item) VALUES (?, ?, ?, ?, ?, ?)",
      index.id,
      hash,
      sort,
      base.hash,
      base.sort,
      id,
    );
  }

  /** All items, read by the page so that the caller may write in between. */
  private *each(table: Table): Generator<{ id: number; item: AttributeMap }> {
    let position: Position = { hash: Buffer.alloc(0), sort: Buffer.alloc(0) };
    for (;;) {
      const page = this.store.all<{ id: number; item: string; hash: Uint8Array; sort: Uint8Array }>(
        `SELECT i.id, m.item, i.hash, i.sort FROM dynamodb_items i JOIN dynamodb_images m ON m.id = i.image
         WHERE i.tbl = ? AND (i.hash, i.sort) > (?, ?) ORDER BY i.hash, i.sort LIMIT 500`,
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
