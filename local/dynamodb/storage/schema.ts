/**
 * `hash` is a partition key with the beginning of its hash as prefix, `sort` a sort key (empty if there is
 * none), both encoded so that they sort bytewise. An index has rows of its own that refer to the item, so that
 * a query of an index is a range scan, and the index may be sparse. An image is an item as it is or was, as
 * compact JSON: stored once, for the item and for the records of the writes that made and replaced it. The record of
 * a write is in the row of the image that it made, or in a row without image if it removed the item.
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
  CREATE TABLE IF NOT EXISTS dynamodb_images (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL,
    -- Of the record, whose sequence is \`id\`; NULL if no stream was enabled.
    stream INTEGER, event TEXT, cause TEXT,
    -- What the write replaced, if the table had a stream.
    old_image INTEGER,
    item TEXT
  );
  CREATE INDEX IF NOT EXISTS dynamodb_images_by_stream ON dynamodb_images (stream, id) WHERE stream IS NOT NULL;
  -- The image up to which rows are no records any more, and what they replaced is removed.
  CREATE TABLE IF NOT EXISTS dynamodb_trimmed (image INTEGER NOT NULL);
  INSERT INTO dynamodb_trimmed SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM dynamodb_trimmed);
  -- The image up to which numbers may be in use.
  CREATE TABLE IF NOT EXISTS dynamodb_reserved (image INTEGER NOT NULL);
  INSERT INTO dynamodb_reserved SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM dynamodb_reserved);
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
`;
