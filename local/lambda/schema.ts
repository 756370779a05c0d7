import { POSITIONS } from "./mappings/shards.ts";

/**
 * `lambda_version` stores the code and settings: `$LATEST` and each published version, with the API's names.
 * A row of `lambda_async` exists from the time an event is accepted until it was handled, sent to a
 * destination or dropped; `due` is null while an attempt runs.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS lambda_function (
  name TEXT PRIMARY KEY,
  published INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER,
  tags TEXT NOT NULL DEFAULT '{}',
  statements TEXT NOT NULL DEFAULT '[]',
  recursive_loop TEXT NOT NULL DEFAULT 'Terminate'
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_version (
  function TEXT NOT NULL,
  version TEXT NOT NULL,
  number INTEGER NOT NULL,
  settings TEXT NOT NULL,
  code TEXT NOT NULL,
  revision TEXT NOT NULL,
  modified INTEGER NOT NULL,
  PRIMARY KEY (function, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_alias (
  function TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  description TEXT NOT NULL,
  PRIMARY KEY (function, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_invoke_config (
  function TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  config TEXT NOT NULL,
  modified INTEGER NOT NULL,
  PRIMARY KEY (function, qualifier)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_url (
  id TEXT PRIMARY KEY,
  function TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  config TEXT NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  UNIQUE (function, qualifier)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_async (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  function TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  request_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  trace TEXT,
  accepted INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  delays INTEGER NOT NULL DEFAULT 0,
  due INTEGER
);
CREATE INDEX IF NOT EXISTS lambda_async_due ON lambda_async (due, id) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS lambda_mapping (
  uuid TEXT PRIMARY KEY,
  resource TEXT UNIQUE,
  function TEXT NOT NULL,
  qualifier TEXT,
  source TEXT NOT NULL,
  settings TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  modified INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_mapping_tags (
  mapping TEXT PRIMARY KEY,
  tags TEXT NOT NULL
) WITHOUT ROWID;
${POSITIONS}`;
