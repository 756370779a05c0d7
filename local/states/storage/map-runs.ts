import type { Store } from "../../kernel/store.ts";
import type { MapRunState } from "../map-run.ts";
import type { Run } from "../run.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS states_map_runs (
    arn TEXT PRIMARY KEY, execution INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS states_map_runs_of ON states_map_runs (execution);
`;

export interface MapRunRow {
  execution: number;
  state: MapRunState;
}

/** The table of Map Runs, which keeps them after their Map has ended too. */
export class MapRunTable {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
    store.define(SCHEMA);
  }

  get(arn: string): MapRunRow | undefined {
    const row = this.store.get<{ execution: number; data: string }>(
      "SELECT execution, data FROM states_map_runs WHERE arn = ?",
      arn,
    );
    return row && { execution: row.execution, state: JSON.parse(row.data) };
  }

  /** Those of an execution, the newest first. */
  of(execution: number): MapRunState[] {
    return this.store
      .all<{ data: string }>("SELECT data FROM states_map_runs WHERE execution = ?", execution)
      .map(({ data }) => JSON.parse(data) as MapRunState)
      .sort((a, b) => b.started - a.started || (a.arn < b.arn ? -1 : 1));
  }

  /** Stores what an advance changed. */
  save({ execution, mapRuns }: Run): void {
    for (const [arn, state] of mapRuns) {
      this.store.run(
        "INSERT OR REPLACE INTO states_map_runs (arn, execution, data) VALUES (?,?,?)",
        arn,
        execution.id,
        JSON.stringify(state),
      );
    }
  }

  forget(execution: number): void {
    this.store.run("DELETE FROM states_map_runs WHERE execution = ?", execution);
  }
}
