/** The engine's tables. Times are milliseconds since the epoch; texts named `settings` are JSON in the API's own members. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS events_bus (
    name TEXT PRIMARY KEY, settings TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS events_rule (
    bus TEXT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL,
    -- A schedule counts from \`scheduled\`; \`due\` is its next moment.
    scheduled INTEGER, due INTEGER,
    PRIMARY KEY (bus, name)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS events_rule_due ON events_rule (due) WHERE due IS NOT NULL;

  CREATE TABLE IF NOT EXISTS events_target (
    bus TEXT NOT NULL, rule TEXT NOT NULL, id TEXT NOT NULL, arn TEXT NOT NULL, settings TEXT NOT NULL,
    PRIMARY KEY (bus, rule, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS events_target_arn ON events_target (bus, arn, rule);

  CREATE TABLE IF NOT EXISTS events_delivery (
    id INTEGER PRIMARY KEY, bus TEXT NOT NULL, rule TEXT NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL,
    trace TEXT, ingested INTEGER NOT NULL, attempts INTEGER NOT NULL,
    -- When to try again; NULL while an attempt is running, so that the first one touches no index.
    due INTEGER,
    -- Whether the event came from another bus.
    forwarded INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS events_delivery_due ON events_delivery (due) WHERE due IS NOT NULL;

  CREATE TABLE IF NOT EXISTS events_archive (
    name TEXT PRIMARY KEY, bus TEXT NOT NULL, settings TEXT NOT NULL, created INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS events_archived (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, archive TEXT NOT NULL, time INTEGER NOT NULL,
    archived INTEGER NOT NULL, event TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS events_archived_time ON events_archived (archive, time, sequence);
  CREATE INDEX IF NOT EXISTS events_archived_age ON events_archived (archive, archived);

  CREATE TABLE IF NOT EXISTS events_replay (
    name TEXT PRIMARY KEY, archive TEXT NOT NULL, bus TEXT NOT NULL, settings TEXT NOT NULL, state TEXT NOT NULL,
    started INTEGER NOT NULL, ended INTEGER,
    -- The last event that was replayed.
    at_time INTEGER, at_sequence INTEGER
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS events_connection (
    name TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL,
    -- Description and AuthParameters, without what is secret.
    settings TEXT NOT NULL,
    secret TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, created INTEGER NOT NULL, modified INTEGER NOT NULL,
    authorized INTEGER NOT NULL,
    -- A digest of the template's properties, if the connection is of one.
    declared TEXT
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS events_api_destination (
    name TEXT PRIMARY KEY, id TEXT NOT NULL, connection TEXT NOT NULL, settings TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS events_api_destination_connection ON events_api_destination (connection, name);

  CREATE TABLE IF NOT EXISTS events_tag (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
  ) WITHOUT ROWID;
`;
