/**
 * A subscription with a `token` waits for its confirmation. A row of `sns_delivery` exists from the moment
 * when its message is accepted until the endpoint or the dead-letter queue has it, or it is dropped; `due` is
 * when its next attempt starts, null while one runs. Within `ordered_by` (the group of a FIFO topic) only the
 * first row is attempted.
 */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS sns_topic (
    name TEXT PRIMARY KEY,
    attributes TEXT NOT NULL,
    tags TEXT NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sns_subscription (
    arn TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    protocol TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    attributes TEXT NOT NULL,
    token TEXT,
    UNIQUE (topic, protocol, endpoint)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sns_deduplication (
    topic TEXT NOT NULL,
    id TEXT NOT NULL,
    until INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (topic, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sns_deduplication_until ON sns_deduplication (until);
  CREATE TABLE IF NOT EXISTS sns_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL,
    message TEXT NOT NULL,
    ordered_by TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER
  );
  CREATE INDEX IF NOT EXISTS sns_delivery_due ON sns_delivery (due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS sns_delivery_order ON sns_delivery (subscription, ordered_by, id)
    WHERE ordered_by IS NOT NULL`;
