/**
 * `hash` is a partition key with the beginning of its hash as prefix, `sort` a sort key (empty if there is
 * none), both encoded so that they sort bytewise. An index has rows of its own that refer to the item, so that
 * a query of an index is a range scan, and the index may be sparse. An image is an item as it is or was, as
 * compact JSON: stored once, for the item and for the records of the writes that made and replaced it.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS dynamodb_tables (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS dynamodb_indexes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, tbl INTEGER NOT NULL, name TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS dynamodb_items (
    id INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, hash BLOB NOT NULL, sort BLOB NOT NULL,
    image INTEGER NOT NULL, size INTEGER NOT NULL, expires INTEGER
  );
  CREATE TABLE IF NOT EXISTS dynamodb_images (id INTEGER PRIMARY KEY, item TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS dynamodb_items_by_key ON dynamodb_items (tbl, hash, sort);
  CREATE INDEX IF NOT EXISTS dynamodb_items_by_expiry ON dynamodb_items (expires) WHERE expires IS NOT NULL;
  CREATE TABLE IF NOT EXISTS dynamodb_index_rows (
    idx INTEGER NOT NULL, hash BLOB NOT NULL, sort BLOB NOT NULL,
    base_hash BLOB NOT NULL, base_sort BLOB NOT NULL, item INTEGER NOT NULL,
    PRIMARY KEY (idx, hash, sort, base_hash, base_sort)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS dynamodb_tokens (
    token TEXT PRIMARY KEY, request TEXT NOT NULL, time INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS dynamodb_tokens_by_time ON dynamodb_tokens (time);
  CREATE TABLE IF NOT EXISTS dynamodb_streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, table_name TEXT NOT NULL, label TEXT NOT NULL,
    view_type TEXT NOT NULL, key_schema TEXT NOT NULL, shard TEXT NOT NULL, created INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER, closed INTEGER
  );
  CREATE TABLE IF NOT EXISTS dynamodb_records (
    -- Without a stream: a write while the table's stream is disabled, or an item of a deleted table.
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER, time INTEGER NOT NULL, record TEXT,
    new_image INTEGER, old_image INTEGER
  );
  CREATE INDEX IF NOT EXISTS dynamodb_records_by_stream ON dynamodb_records (stream, sequence);
`;
