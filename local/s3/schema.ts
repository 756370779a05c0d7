/**
 * A row of `s3_object` is one version of a key, or a delete marker; the newest has the highest `sequence`.
 * Bodies are stored in chunks, so that no value is large, a range reads only its chunks, and the parts of a
 * multipart upload become an object without being copied: `parts` lists [blob, size] in order.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS s3_bucket (
  name TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  versioning TEXT,
  eventbridge INTEGER NOT NULL DEFAULT 0,
  lifecycle TEXT,
  policy TEXT,
  tags TEXT
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS s3_destination (bucket TEXT PRIMARY KEY, destinations TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS s3_object (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  latest INTEGER NOT NULL,
  marker INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  superseded_at INTEGER,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  headers TEXT NOT NULL,
  checksum TEXT,
  tags TEXT,
  parts TEXT NOT NULL,
  multipart INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS s3_object_version ON s3_object (bucket, key, version);
CREATE INDEX IF NOT EXISTS s3_object_history ON s3_object (bucket, key, sequence DESC);
CREATE INDEX IF NOT EXISTS s3_object_current ON s3_object (bucket, key) WHERE latest = 1 AND marker = 0;
CREATE INDEX IF NOT EXISTS s3_object_age ON s3_object (bucket, modified_at) WHERE latest = 1;
CREATE INDEX IF NOT EXISTS s3_object_superseded ON s3_object (bucket, superseded_at) WHERE latest = 0;

CREATE TABLE IF NOT EXISTS s3_blob (id INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS s3_chunk (id INTEGER PRIMARY KEY, blob INTEGER NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS s3_chunk_position ON s3_chunk (blob, position);

CREATE TABLE IF NOT EXISTS s3_upload (
  id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  headers TEXT NOT NULL,
  tags TEXT,
  algorithm TEXT,
  checksum_type TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS s3_upload_key ON s3_upload (bucket, key, id);
CREATE TABLE IF NOT EXISTS s3_part (
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  blob INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum TEXT,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (upload, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS s3_event (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
`;
