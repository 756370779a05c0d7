import type { Store } from "../../kernel/store.ts";
import type { Index, Table } from "../table.ts";

/** The tables' definitions. They are few and every request reads them, so all of them are also in memory. */
export class Tables {
  private readonly store: Store;
  private readonly byName = new Map<string, Table>();

  constructor(store: Store) {
    this.store = store;
    for (const row of store.all<{ definition: string }>(
      "SELECT definition FROM dynamodb_tables ORDER BY name",
    )) {
      const table = JSON.parse(row.definition) as Table;
      this.byName.set(table.name, table);
    }
  }

  /** By name or ARN. */
  find(name: string): Table | undefined {
    return this.byName.get(name.startsWith("arn:") ? name.slice(name.lastIndexOf("/") + 1) : name);
  }

  all(): Table[] {
    return [...this.byName.values()];
  }

  /** Assigns the table its number and stores it. */
  add(definition: Omit<Table, "id">): Table {
    const table: Table = { id: 0, ...definition };
    this.store.atomically(() => {
      table.id = this.insert(
        "INSERT INTO dynamodb_tables (name, definition) VALUES (?, '') RETURNING id",
        table.name,
      );
      for (const index of table.indexes) index.id = this.indexNumber(table, index.name);
      this.save(table);
    });
    return table;
  }

  /** A number for a new index. */
  indexNumber(table: Table, name: string): number {
    return this.insert("INSERT INTO dynamodb_indexes (tbl, name) VALUES (?, ?) RETURNING id", table.id, name);
  }

  save(table: Table): void {
    this.store.run("UPDATE dynamodb_tables SET definition = ? WHERE id = ?", JSON.stringify(table), table.id);
    this.byName.set(table.name, table);
  }

  /** Removes a table that has no items. */
  remove(table: Table): void {
    this.store.atomically(() => {
      for (const index of table.indexes) this.removeIndex(index.id);
      this.store.run("DELETE FROM dynamodb_tables WHERE id = ?", table.id);
    });
    this.byName.delete(table.name);
  }

  removeIndex(id: number): void {
    this.store.run("DELETE FROM dynamodb_index_rows WHERE idx = ?", id);
    this.store.run("DELETE FROM dynamodb_indexes WHERE id = ?", id);
  }

  /** The number of items of the table, and their size in bytes. */
  totals(table: Table): { items: number; bytes: number } {
    return this.store.get(
      "SELECT count(*) AS items, total(size) AS bytes FROM dynamodb_items WHERE tbl = ?",
      table.id,
    )!;
  }

  /** The number of items in an index. */
  itemsIn(index: Index): number {
    const count = "SELECT count(*) AS items FROM dynamodb_index_rows WHERE idx = ?";
    return this.store.get<{ items: number }>(count, index.id)!.items;
  }

  private insert(sql: string, ...values: (string | number)[]): number {
    return this.store.get<{ id: number }>(sql, ...values)!.id;
  }
}
