import type { Store } from "../../kernel/store.ts";
import { due, type Frame, fansOut, needsPush } from "../frame.ts";
import { parseData } from "../numbers.ts";
import type { Run, Source } from "../run.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS states_frames (
    execution INTEGER NOT NULL, id INTEGER NOT NULL, due INTEGER, push INTEGER, stage TEXT, subject TEXT,
    data TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS states_frames_due ON states_frames (due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS states_frames_push ON states_frames (push) WHERE push IS NOT NULL;
  CREATE INDEX IF NOT EXISTS states_frames_subject ON states_frames (subject, stage) WHERE subject IS NOT NULL;
  CREATE TABLE IF NOT EXISTS states_offloaded (
    execution INTEGER NOT NULL, frame INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (execution, frame)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS states_items (
    execution INTEGER NOT NULL, frame INTEGER NOT NULL, id INTEGER NOT NULL, input TEXT NOT NULL, output TEXT,
    PRIMARY KEY (execution, frame, id)) WITHOUT ROWID;
`;

/** Members that a frame which fans out has in a row of their own. */
const NOT_HERE = { input: undefined, variables: undefined };

type Offloaded = Pick<Frame, "input" | "variables">;

/** The frame with its separately stored members, which are read on demand. */
function withOffloaded(frame: Omit<Frame, keyof Offloaded>, read: () => Offloaded): Frame {
  let offloaded: Offloaded | undefined;
  const load = (): Offloaded => {
    offloaded ??= read();
    return offloaded;
  };
  const member = <Name extends keyof Offloaded>(name: Name) => ({
    get: () => load()[name],
    set: (value: Offloaded[Name]) => {
      offloaded = { ...load(), [name]: value };
    },
  });
  return Object.defineProperties(frame, { input: member("input"), variables: member("variables") }) as Frame;
}

/**
 * The tables of what executions are doing. An advance writes the frames it changed and the items it added, never
 * what was there before: the cost of a step does not grow with the history or with the width of a Map.
 */
export class FrameTable {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
    store.define(SCHEMA);
  }

  progress(execution: number): { lastEvent: number; lastFrame: number } {
    return this.store.get<{ lastEvent: number; lastFrame: number }>(
      `SELECT COALESCE((SELECT MAX(id) FROM states_history WHERE execution = ?), 0) AS lastEvent,
        COALESCE((SELECT MAX(id) FROM states_frames WHERE execution = ?), -1) AS lastFrame`,
      execution,
      execution,
    )!;
  }

  source(execution: number): Source {
    const parse = ({ data }: { data: string }): Frame => {
      const frame: Frame = parseData(data);
      return fansOut(frame) ? withOffloaded(frame, () => this.offloaded(execution, frame.id)) : frame;
    };
    return {
      frame: (id) => {
        const row = this.store.get<{ data: string }>(
          "SELECT data FROM states_frames WHERE execution = ? AND id = ?",
          execution,
          id,
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
          execution,
          frame,
          index,
        )!.input,
      results: (frame) =>
        this.store
          .all<{ output: string | null }>(
            "SELECT output FROM states_items WHERE execution = ? AND frame = ? ORDER BY id",
            execution,
            frame,
          )
          .map(({ output }) => output),
    };
  }

  /** Stores what an advance changed in the frames. */
  save(run: Run): void {
    const { id } = run.execution;
    if (run.outcome?.status === "SUCCEEDED") this.drop(id);
    else this.saveFrames(run);
    if (run.outcome) this.disarm(id);
  }

  private saveFrames(run: Run): void {
    const { store } = this;
    const { id } = run.execution;
    for (const { frame, index, input } of run.items) {
      store.run(
        "INSERT OR REPLACE INTO states_items (execution, frame, id, input) VALUES (?,?,?,?)",
        id,
        frame,
        index,
        input,
      );
    }
    for (const { frame, index, output } of run.outputs) {
      store.run(
        "UPDATE states_items SET output = ? WHERE execution = ? AND frame = ? AND id = ?",
        output,
        id,
        frame,
        index,
      );
    }
    for (const frame of run.offloaded) {
      const data = JSON.stringify({ input: frame.input, variables: frame.variables });
      store.run(
        "INSERT OR REPLACE INTO states_offloaded (execution, frame, data) VALUES (?,?,?)",
        id,
        frame.id,
        data,
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
      execution,
      frame.id,
      due(frame),
      needsPush(frame) ? 1 : null,
      waits?.subject === undefined ? null : waits.stage,
      waits?.subject ?? null,
      JSON.stringify(data),
    );
  }

  private offloaded(execution: number, frame: number): Offloaded {
    return parseData(
      this.store.get<{ data: string }>(
        "SELECT data FROM states_offloaded WHERE execution = ? AND frame = ?",
        execution,
        frame,
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

  /** Forgets the frames of an execution. */
  drop(execution: number): void {
    this.store.run("DELETE FROM states_frames WHERE execution = ?", execution);
    this.store.run("DELETE FROM states_offloaded WHERE execution = ?", execution);
    this.store.run("DELETE FROM states_items WHERE execution = ?", execution);
  }
}
