import type { Store } from "../../kernel/store.ts";
import type { Frame } from "../frame.ts";

const DUE_BATCH = 1_000;

/** A frame that waits for something outside its execution. */
export interface Waiting {
  execution: number;
  frame: number;
  nonce: string;
}

/** A timer: of a frame, or of the whole execution. */
export interface Due {
  execution: number;
  frame: number | undefined;
}

/** What executions wait for, found by what it is: a time, another execution, a worker, or nothing but the engine. */
export class Outstanding {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** The earliest moment after `time` at which a frame or an execution is due. */
  nextDue(time = Number.MIN_SAFE_INTEGER): number | undefined {
    const frame = this.store.get<{ due: number }>(
      "SELECT due FROM states_frames WHERE due > ? ORDER BY due LIMIT 1",
      time,
    );
    const execution = this.store.get<{ due: number }>(
      "SELECT due FROM states_executions WHERE due > ? ORDER BY due LIMIT 1",
      time,
    );
    const times = [frame?.due, execution?.due].filter((due) => due !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** What is due by now: executions, then frames, the longest due first, at most a batch of each. */
  dueBy(now: number): Due[] {
    const executions = this.store.all<{ id: number }>(
      "SELECT id FROM states_executions WHERE due <= ? ORDER BY due, id LIMIT ?",
      now,
      DUE_BATCH,
    );
    const frames = this.store.all<{ execution: number; id: number }>(
      "SELECT execution, id FROM states_frames WHERE due <= ? ORDER BY due, execution, id LIMIT ?",
      now,
      DUE_BATCH,
    );
    return [
      ...executions.map(({ id }) => ({ execution: id, frame: undefined })),
      ...frames.map(({ execution, id }) => ({ execution, frame: id })),
    ];
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
        subject,
        stage,
        limit,
      )
      .map(toWaiting);
  }
}

function toWaiting({ execution, data }: { execution: number; data: string }): Waiting {
  const frame: Frame = JSON.parse(data);
  if (frame.phase.kind !== "task") throw new Error(`Frame ${frame.id} of execution ${execution} is no task.`);
  return { execution, frame: frame.id, nonce: frame.phase.nonce };
}
