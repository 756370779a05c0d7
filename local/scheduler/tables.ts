/** The engine's tables. Times are milliseconds since the epoch; `settings` is JSON in the API's own members. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS scheduler_group (
    name TEXT PRIMARY KEY, token TEXT, created INTEGER NOT NULL, modified INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS scheduler_schedule (
    "group" TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, settings TEXT NOT NULL, token TEXT,
    -- The template's resource that it belongs to, if any.
    resource TEXT,
    -- A rate counts from \`anchor\`; \`due\` is the next occurrence.
    anchor INTEGER NOT NULL, due INTEGER, created INTEGER NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY ("group", name)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS scheduler_schedule_due ON scheduler_schedule (due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS scheduler_schedule_resource ON scheduler_schedule (resource) WHERE resource IS NOT NULL;

  CREATE TABLE IF NOT EXISTS scheduler_invocation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, "group" TEXT NOT NULL, name TEXT NOT NULL,
    -- The occurrence that it is for.
    scheduled INTEGER NOT NULL,
    -- When it was due first: \`scheduled\` or later within a flexible time window. Its age counts from here.
    begun INTEGER NOT NULL,
    -- Attempts that failed.
    attempts INTEGER NOT NULL,
    -- When to try next; NULL while an attempt is running.
    due INTEGER
  );
  CREATE INDEX IF NOT EXISTS scheduler_invocation_due ON scheduler_invocation (due, id) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS scheduler_invocation_schedule ON scheduler_invocation ("group", name);

  CREATE TABLE IF NOT EXISTS scheduler_tag (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
  ) WITHOUT ROWID;
`;
