/** The engine's tables. Times are milliseconds since the epoch; `settings` are JSON in the API's own members. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS cloudwatch_metric (
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
    UNIQUE (namespace, name, dimensions)
  );
  -- What was measured within the minute that begins at \`minute\`.
  CREATE TABLE IF NOT EXISTS cloudwatch_datum (
    metric INTEGER NOT NULL, minute INTEGER NOT NULL, unit TEXT NOT NULL,
    count REAL NOT NULL, sum REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
    PRIMARY KEY (metric, minute, unit)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS cloudwatch_datum_age ON cloudwatch_datum (minute);

  CREATE TABLE IF NOT EXISTS cloudwatch_alarm (
    name TEXT PRIMARY KEY, settings TEXT NOT NULL, configured INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, reason_data TEXT, updated INTEGER NOT NULL, transitioned INTEGER NOT NULL
  ) WITHOUT ROWID;
`;
