/** The engine's tables. `settings` is JSON in the API's own members; an API's `revision` counts its changes. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS apigateway_api (
    id TEXT PRIMARY KEY, settings TEXT NOT NULL, created INTEGER NOT NULL, revision INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Routes, integrations, authorizers, stages and deployments.
  CREATE TABLE IF NOT EXISTS apigateway_part (
    api TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, settings TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (api, kind, id)
  ) WITHOUT ROWID;
`;
