import type { Store } from "../../kernel/store.ts";

/** An event source mapping as it is stored. */
export interface MappingRow {
  uuid: string;
  /** The template's resource to which it belongs. */
  resource: string | null;
  function: string;
  qualifier: string | null;
  source: string;
  settings: string;
  enabled: number;
  modified: number;
}

/** The stored event source mappings, and their tags. */
export class MappingTable {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  get(uuid: string): MappingRow | undefined {
    return this.store.get<MappingRow>("SELECT * FROM lambda_mapping WHERE uuid = ?", uuid);
  }

  ofResource(resource: string): MappingRow | undefined {
    return this.store.get<MappingRow>("SELECT * FROM lambda_mapping WHERE resource = ?", resource);
  }

  /** The mapping of the same source to the same function. */
  twin({
    source,
    function: name,
    qualifier,
  }: Pick<MappingRow, "source" | "function" | "qualifier">): MappingRow | undefined {
    return this.store.get<MappingRow>(
      "SELECT * FROM lambda_mapping WHERE source = ? AND function = ? AND qualifier IS ?",
      source,
      name,
      qualifier,
    );
  }

  /** All mappings; if given, only those of a function, or of a source. */
  list(name: string | null = null, source: string | null = null): MappingRow[] {
    return this.store.all<MappingRow>(
      "SELECT * FROM lambda_mapping WHERE (? IS NULL OR function = ?) AND (? IS NULL OR source = ?) ORDER BY uuid",
      name,
      name,
      source,
      source,
    );
  }

  add(row: MappingRow): void {
    this.store.run(
      "INSERT INTO lambda_mapping VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      row.uuid,
      row.resource,
      row.function,
      row.qualifier,
      row.source,
      row.settings,
      row.enabled,
      row.modified,
    );
  }

  change(row: MappingRow): void {
    this.store.run(
      "UPDATE lambda_mapping SET function = ?, qualifier = ?, settings = ?, enabled = ?, modified = ? WHERE uuid = ?",
      row.function,
      row.qualifier,
      row.settings,
      row.enabled,
      row.modified,
      row.uuid,
    );
  }

  remove(uuid: string): void {
    this.store.atomically(() => {
      this.store.run("DELETE FROM lambda_mapping WHERE uuid = ?", uuid);
      this.store.run("DELETE FROM lambda_position WHERE mapping = ?", uuid);
      this.store.run("DELETE FROM lambda_mapping_tags WHERE mapping = ?", uuid);
    });
  }

  tags(uuid: string): Record<string, string> {
    const row = this.store.get("SELECT tags FROM lambda_mapping_tags WHERE mapping = ?", uuid);
    return JSON.parse(row?.tags ?? "{}");
  }

  setTags(uuid: string, tags: Record<string, string>): void {
    const text = JSON.stringify(tags);
    this.store.run("INSERT OR REPLACE INTO lambda_mapping_tags VALUES (?, ?)", uuid, text);
  }
}
