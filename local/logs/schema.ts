/**
 * One row of `logs_batch` contains the events of one PutLogEvents: a row for each line would cost several
 * times as much. `position` counts the batches of a group, `size` is in bytes as AWS counts them.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS logs_group (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  retention INTEGER,
  class TEXT NOT NULL,
  tags TEXT NOT NULL,
  size INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS logs_stream (
  log_group INTEGER NOT NULL,
  name TEXT NOT NULL,
  created INTEGER NOT NULL,
  first_event INTEGER,
  last_event INTEGER,
  last_ingestion INTEGER,
  PRIMARY KEY (log_group, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS logs_batch (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  log_group INTEGER NOT NULL,
  stream TEXT NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  ingested INTEGER NOT NULL,
  size INTEGER NOT NULL,
  events TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS logs_batch_group ON logs_batch (log_group, position);
CREATE INDEX IF NOT EXISTS logs_batch_stream ON logs_batch (log_group, stream, position);
CREATE TABLE IF NOT EXISTS logs_document (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) WITHOUT ROWID;
`;
