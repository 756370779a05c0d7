import type { Store } from "../../kernel/store.ts";
import type { HistoryEvent } from "../history.ts";
import type { Outcome, Run } from "../run.ts";

/** A row of `states_executions`. Times are milliseconds since the epoch. */
export interface ExecutionRow {
  id: number;
  arn: string;
  name: string;
  machine: string;
  type: "STANDARD" | "EXPRESS";
  definition: number;
  role: string;
  /** ARN of the version or alias through which it was started. */
  version: string | null;
  alias: string | null;
  trace: string | null;
  status: "RUNNING" | Outcome["status"];
  started: number;
  stopped: number | null;
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** When the state machine's TimeoutSeconds are over; null once it has ended. */
  due: number | null;
  redrives: number;
  redriven: number | null;
}

/** Names of metrics → the status that they count. */
const STATUSES: Record<string, string> = {
  Succeeded: "SUCCEEDED",
  Failed: "FAILED",
  TimedOut: "TIMED_OUT",
  Aborted: "ABORTED",
};

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS states_definitions (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS states_executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine TEXT NOT NULL,
    type TEXT NOT NULL, definition INTEGER NOT NULL, role TEXT NOT NULL, version TEXT, alias TEXT, trace TEXT,
    status TEXT NOT NULL, started INTEGER NOT NULL, stopped INTEGER, input TEXT NOT NULL, output TEXT, error TEXT,
    cause TEXT, due INTEGER, redrives INTEGER NOT NULL, redriven INTEGER);
  CREATE INDEX IF NOT EXISTS states_executions_of ON states_executions (machine, id);
  CREATE INDEX IF NOT EXISTS states_executions_by ON states_executions (machine, status, id);
  CREATE INDEX IF NOT EXISTS states_executions_due ON states_executions (due) WHERE due IS NOT NULL;
  CREATE TABLE IF NOT EXISTS states_history (
    execution INTEGER NOT NULL, id INTEGER NOT NULL, previous INTEGER NOT NULL, type TEXT NOT NULL,
    time INTEGER NOT NULL, details TEXT, PRIMARY KEY (execution, id)) WITHOUT ROWID;
`;

/** The tables of executions, of what they run, and of what happened in them, which is only ever added to. */
export class ExecutionTable {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
    store.define(SCHEMA);
  }

  addDefinition(text: string): number {
    this.store.run("INSERT INTO states_definitions (text) VALUES (?)", text);
    return this.store.get<{ id: number }>("SELECT last_insert_rowid() AS id")!.id;
  }

  definition(id: number): string {
    return this.store.get<{ text: string }>("SELECT text FROM states_definitions WHERE id = ?", id)!.text;
  }

  add(row: Omit<ExecutionRow, "id">): number {
    this.store.run(
      `INSERT INTO states_executions (arn, name, machine, type, definition, role, version, alias, trace, status,
        started, stopped, input, output, error, cause, due, redrives, redriven)
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      row.arn,
      row.name,
      row.machine,
      row.type,
      row.definition,
      row.role,
      row.version,
      row.alias,
      row.trace,
      row.status,
      row.started,
      row.stopped,
      row.input,
      row.output,
      row.error,
      row.cause,
      row.due,
      row.redrives,
      row.redriven,
    );
    return this.store.get<{ id: number }>("SELECT last_insert_rowid() AS id")!.id;
  }

  get(id: number): ExecutionRow | undefined {
    return this.store.get<ExecutionRow>("SELECT * FROM states_executions WHERE id = ?", id);
  }

  byArn(arn: string): ExecutionRow | undefined {
    return this.store.get<ExecutionRow>("SELECT * FROM states_executions WHERE arn = ?", arn);
  }

  /** Executions of a state machine, the newest first, before the given id. */
  list(machine: string, status: string | undefined, before: number, limit: number): ExecutionRow[] {
    return status === undefined
      ? this.store.all<ExecutionRow>(
          "SELECT * FROM states_executions WHERE machine = ? AND id < ? ORDER BY id DESC LIMIT ?",
          machine,
          before,
          limit,
        )
      : this.store.all<ExecutionRow>(
          "SELECT * FROM states_executions WHERE machine = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?",
          machine,
          status,
          before,
          limit,
        );
  }

  history(execution: number, from: number, limit: number, newestFirst: boolean): HistoryEvent[] {
    const rows = this.store.all<Omit<HistoryEvent, "details"> & { details: string | null }>(
      newestFirst
        ? "SELECT * FROM states_history WHERE execution = ? AND id <= ? ORDER BY id DESC LIMIT ?"
        : "SELECT * FROM states_history WHERE execution = ? AND id >= ? ORDER BY id LIMIT ?",
      execution,
      from,
      limit,
    );
    return rows.map((row) => ({ ...row, details: row.details === null ? null : JSON.parse(row.details) }));
  }

  /** Stores the events of an advance. */
  append({ execution, events }: Run): void {
    for (const event of events) {
      const details = event.details && JSON.stringify(event.details);
      this.store.run(
        "INSERT INTO states_history (execution, id, previous, type, time, details) VALUES (?,?,?,?,?,?)",
        execution.id,
        event.id,
        event.previous,
        event.type,
        event.time,
        details,
      );
    }
  }

  end(execution: number, outcome: Outcome, time: number): void {
    this.store.run(
      "UPDATE states_executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ?, due = NULL WHERE id = ?",
      outcome.status,
      time,
      outcome.output ?? null,
      outcome.error ?? null,
      outcome.cause ?? null,
      execution,
    );
  }

  reopen(execution: number, redrives: number, time: number, deadline: number | null): void {
    this.store.run(
      `UPDATE states_executions SET status = 'RUNNING', stopped = NULL, error = NULL, cause = NULL, redrives = ?,
        redriven = ?, due = ? WHERE id = ?`,
      redrives,
      time,
      deadline,
      execution,
    );
  }

  /** How many executions of a state machine started or ended in a time, by the name of the metric in CloudWatch. */
  measure(metric: string, machine: string, from: number, until: number): number | undefined {
    const status = /^Executions(Started|Succeeded|Failed|TimedOut|Aborted)$/.exec(metric)?.[1];
    if (status === undefined) return undefined;
    const started = status === "Started";
    const { n } = this.store.get<{ n: number }>(
      `SELECT count(*) AS n FROM states_executions WHERE machine = ? AND status = coalesce(?, status)
         AND ${started ? "started" : "stopped"} >= ? AND ${started ? "started" : "stopped"} < ?`,
      machine,
      started ? null : STATUSES[status]!,
      from,
      until,
    )!;
    return n === 0 ? undefined : n;
  }

  forget(execution: number): void {
    this.store.run("DELETE FROM states_history WHERE execution = ?", execution);
    this.store.run("DELETE FROM states_executions WHERE id = ?", execution);
  }
}
