import type { Store } from "../kernel/store.ts";
import { due, type Frame, fansOut, needsPush } from "./frame.ts";
import type { HistoryEvent } from "./history.ts";
import type { Outcome, Run, Source } from "./run.ts";

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
  CREATE TABLE IF NOT EXISTS states_frames (
    execution INTEGER NOT NULL, id INTEGER NOT NULL, due INTEGER, push INTEGER, stage TEXT, subject TEXT,
    data TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS states_frames_due ON states_frames (due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS states_frames_push ON states_frames (push) WHERE push IS NOT NULL;
  CREATE INDEX IF NOT EXISTS states_frames_subject ON states_frames (subject, stage) WHERE subject IS NOT NULL;
  CREATE TABLE IF NOT EXISTS states_parked (
    execution INTEGER NOT NULL, frame INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (execution, frame)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS states_items (
    execution INTEGER NOT NULL, frame INTEGER NOT NULL, id INTEGER NOT NULL, input TEXT NOT NULL, output TEXT,
    PRIMARY KEY (execution, frame, id)) WITHOUT ROWID;
`;

const DUE_BATCH = 1_000;

/** Members that a frame which fans out has in a row of their own. */
const NOT_HERE = { input: undefined, variables: undefined };

type Parked = Pick<Frame, "input" | "variables">;

/** The frame with what was put aside for it, which is read when somebody looks at it. */
function withParked(frame: Omit<Frame, keyof Parked>, read: () => Parked): Frame {
  let parked: Parked | undefined;
  const load = (): Parked => {
    parked ??= read();
    return parked;
  };
  const member = <Name extends keyof Parked>(name: Name) => ({
    get: () => load()[name],
    set: (value: Parked[Name]) => {
      parked = { ...load(), [name]: value };
    },
  });
  return Object.defineProperties(frame, { input: member("input"), variables: member("variables") }) as Frame;
}

/** A frame that waits for something outside its execution. */
export interface Waiting {
  execution: number;
  frame: number;
  nonce: string;
}

/**
 * The tables of executions. An advance writes its new events, the frames it changed and the items it added,
 * never what was there before: the cost of a step does not grow with the history or with the width of a Map.
 */
export class Persistence {
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

  addExecution(row: Omit<ExecutionRow, "id">): number {
    this.store.run(
      `INSERT INTO states_executions (arn, name, machine, type, definition, role, version, alias, trace, status,
        started, stopped, input, output, error, cause, due, redrives, redriven)
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      ...[
        row.arn,
        row.name,
        row.machine,
        row.type,
        row.definition,
        row.role,
        row.version,
        row.alias,
        row.trace,
      ],
      ...[row.status, row.started, row.stopped, row.input, row.output, row.error, row.cause, row.due],
      ...[row.redrives, row.redriven],
    );
    return this.store.get<{ id: number }>("SELECT last_insert_rowid() AS id")!.id;
  }

  execution(id: number): ExecutionRow | undefined {
    return this.store.get<ExecutionRow>("SELECT * FROM states_executions WHERE id = ?", id);
  }

  executionByArn(arn: string): ExecutionRow | undefined {
    return this.store.get<ExecutionRow>("SELECT * FROM states_executions WHERE arn = ?", arn);
  }

  /** Executions of a state machine, the newest first, before the given id. */
  listExecutions(machine: string, status: string | undefined, before: number, limit: number): ExecutionRow[] {
    return status === undefined
      ? this.store.all<ExecutionRow>(
          "SELECT * FROM states_executions WHERE machine = ? AND id < ? ORDER BY id DESC LIMIT ?",
          ...[machine, before, limit],
        )
      : this.store.all<ExecutionRow>(
          "SELECT * FROM states_executions WHERE machine = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?",
          ...[machine, status, before, limit],
        );
  }

  history(execution: number, from: number, limit: number, newestFirst: boolean): HistoryEvent[] {
    const rows = this.store.all<Omit<HistoryEvent, "details"> & { details: string | null }>(
      newestFirst
        ? "SELECT * FROM states_history WHERE execution = ? AND id <= ? ORDER BY id DESC LIMIT ?"
        : "SELECT * FROM states_history WHERE execution = ? AND id >= ? ORDER BY id LIMIT ?",
      ...[execution, from, limit],
    );
    return rows.map((row) => ({ ...row, details: row.details === null ? null : JSON.parse(row.details) }));
  }

  progress(execution: number): { lastEvent: number; lastFrame: number } {
    return this.store.get<{ lastEvent: number; lastFrame: number }>(
      `SELECT COALESCE((SELECT MAX(id) FROM states_history WHERE execution = ?1), 0) AS lastEvent,
        COALESCE((SELECT MAX(id) FROM states_frames WHERE execution = ?1), -1) AS lastFrame`,
      execution,
    )!;
  }

  source(execution: number): Source {
    const parse = ({ data }: { data: string }): Frame => {
      const frame: Frame = JSON.parse(data);
      return fansOut(frame) ? withParked(frame, () => this.parked(execution, frame.id)) : frame;
    };
    return {
      frame: (id) => {
        const row = this.store.get<{ data: string }>(
          "SELECT data FROM states_frames WHERE execution = ? AND id = ?",
          ...[execution, id],
        );
        return row && parse(row);
      },
      frames: () =>
        this.store
          .all<{ data: string }>("SELECT data FROM states_frames WHERE execution = ? ORDER BY id", execution)
          .map(parse),
      item: (frame, index) =>
        this.store.get<{ input: string }>(
          "SELECT input FROM states_items WHERE execution = ? AND frame = ? AND id = ?",
          ...[execution, frame, index],
        )!.input,
      results: (frame) =>
        this.store
          .all<{ output: string | null }>(
            "SELECT output FROM states_items WHERE execution = ? AND frame = ? ORDER BY id",
            ...[execution, frame],
          )
          .map(({ output }) => output),
    };
  }

  /** Stores what an advance changed. Runs inside the caller's transaction. */
  save(run: Run): void {
    const { store } = this;
    const { id } = run.execution;
    for (const event of run.events) {
      const details = event.details && JSON.stringify(event.details);
      store.run(
        "INSERT INTO states_history (execution, id, previous, type, time, details) VALUES (?,?,?,?,?,?)",
        ...[id, event.id, event.previous, event.type, event.time, details],
      );
    }
    if (run.outcome?.status === "SUCCEEDED") this.dropFrames(id);
    else this.saveFrames(run);
    if (run.outcome) this.disarm(id);
  }

  private saveFrames(run: Run): void {
    const { store } = this;
    const { id } = run.execution;
    for (const { frame, index, input } of run.items) {
      store.run(
        "INSERT OR REPLACE INTO states_items (execution, frame, id, input) VALUES (?,?,?,?)",
        ...[id, frame, index, input],
      );
    }
    for (const { frame, index, output } of run.outputs) {
      store.run(
        "UPDATE states_items SET output = ? WHERE execution = ? AND frame = ? AND id = ?",
        ...[output, id, frame, index],
      );
    }
    for (const frame of run.parked) {
      const data = JSON.stringify({ input: frame.input, variables: frame.variables });
      store.run(
        "INSERT OR REPLACE INTO states_parked (execution, frame, data) VALUES (?,?,?)",
        ...[id, frame.id, data],
      );
    }
    for (const removed of run.removed) {
      store.run("DELETE FROM states_frames WHERE execution = ? AND id = ?", id, removed);
    }
    for (const frame of run.changed.values()) this.saveFrame(id, frame);
  }

  private saveFrame(execution: number, frame: Frame): void {
    const { phase } = frame;
    const { input, variables } = fansOut(frame) ? NOT_HERE : frame;
    const data = { ...frame, input, variables };
    const waits = phase.kind === "task" ? phase : undefined;
    this.store.run(
      "INSERT OR REPLACE INTO states_frames (execution, id, due, push, stage, subject, data) VALUES (?,?,?,?,?,?,?)",
      ...[execution, frame.id, due(frame), needsPush(frame) ? 1 : null],
      ...[waits?.subject === undefined ? null : waits.stage, waits?.subject ?? null, JSON.stringify(data)],
    );
  }

  private parked(execution: number, frame: number): Parked {
    return JSON.parse(
      this.store.get<{ data: string }>(
        "SELECT data FROM states_parked WHERE execution = ? AND frame = ?",
        ...[execution, frame],
      )!.data,
    );
  }

  /** What has ended waits for nothing; its frames stay, for a redrive. */
  private disarm(execution: number): void {
    this.store.run(
      "UPDATE states_frames SET due = NULL, push = NULL, stage = NULL, subject = NULL WHERE execution = ?",
      execution,
    );
  }

  private dropFrames(execution: number): void {
    this.store.run("DELETE FROM states_frames WHERE execution = ?", execution);
    this.store.run("DELETE FROM states_parked WHERE execution = ?", execution);
    this.store.run("DELETE FROM states_items WHERE execution = ?", execution);
  }

  end(execution: number, outcome: Outcome, time: number): void {
    this.store.run(
      "UPDATE states_executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ?, due = NULL WHERE id = ?",
      ...[
        outcome.status,
        time,
        outcome.output ?? null,
        outcome.error ?? null,
        outcome.cause ?? null,
        execution,
      ],
    );
  }

  reopen(execution: number, redrives: number, time: number, deadline: number | null): void {
    this.store.run(
      `UPDATE states_executions SET status = 'RUNNING', stopped = NULL, error = NULL, cause = NULL, redrives = ?,
        redriven = ?, due = ? WHERE id = ?`,
      ...[redrives, time, deadline, execution],
    );
  }

  forget(execution: number): void {
    this.dropFrames(execution);
    this.store.run("DELETE FROM states_history WHERE execution = ?", execution);
    this.store.run("DELETE FROM states_executions WHERE id = ?", execution);
  }

  /** The earliest moment at which a frame or an execution is due. */
  nextDue(): number | undefined {
    const frame = this.store.get<{ due: number }>(
      "SELECT due FROM states_frames WHERE due IS NOT NULL ORDER BY due LIMIT 1",
    );
    const execution = this.store.get<{ due: number }>(
      "SELECT due FROM states_executions WHERE due IS NOT NULL ORDER BY due LIMIT 1",
    );
    const times = [frame?.due, execution?.due].filter((time) => time !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** What is due by now, the longest due first, at most a batch of it. */
  dueBy(now: number): { executions: number[]; frames: { execution: number; id: number }[] } {
    const executions = this.store
      .all<{ id: number }>(
        "SELECT id FROM states_executions WHERE due <= ? ORDER BY due, id LIMIT ?",
        now,
        DUE_BATCH,
      )
      .map(({ id }) => id);
    const frames = this.store.all<{ execution: number; id: number }>(
      "SELECT execution, id FROM states_frames WHERE due <= ? ORDER BY due, execution, id LIMIT ?",
      ...[now, DUE_BATCH],
    );
    return { executions, frames };
  }

  /** Frames that the process before this one left with nothing to wait for. */
  toPush(): { execution: number; id: number }[] {
    return this.store.all<{ execution: number; id: number }>(
      "SELECT execution, id FROM states_frames WHERE push = 1 ORDER BY execution, id",
    );
  }

  /** Frames that wait for the end of the execution. */
  waitingFor(execution: string): Waiting[] {
    return this.waiting(execution, "child");
  }

  /** Frames that wait for an execution that has ended. */
  waitingForEnded(): { waiting: Waiting; child: string }[] {
    return this.store
      .all<{ execution: number; data: string; subject: string }>(
        `SELECT f.execution, f.data, f.subject FROM states_frames f JOIN states_executions e ON e.arn = f.subject
          WHERE f.subject IS NOT NULL AND f.stage = 'child' AND e.status <> 'RUNNING' ORDER BY f.execution, f.id`,
      )
      .map((row) => ({ waiting: toWaiting(row), child: row.subject }));
  }

  /** The oldest task of the activity that no worker has taken. */
  nextOfActivity(arn: string): Waiting | undefined {
    return this.waiting(arn, "activity", 1)[0];
  }

  private waiting(subject: string, stage: string, limit = -1): Waiting[] {
    return this.store
      .all<{ execution: number; data: string }>(
        "SELECT execution, data FROM states_frames WHERE subject = ? AND stage = ? ORDER BY execution, id LIMIT ?",
        ...[subject, stage, limit],
      )
      .map(toWaiting);
  }
}

function toWaiting({ execution, data }: { execution: number; data: string }): Waiting {
  const frame: Frame = JSON.parse(data);
  if (frame.phase.kind !== "task") throw new Error(`Frame ${frame.id} of execution ${execution} is no task.`);
  return { execution, frame: frame.id, nonce: frame.phase.nonce };
}
