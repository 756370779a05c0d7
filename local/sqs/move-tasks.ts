import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { invalidParameter, invalidValue, missingParameter, resourceNotFound } from "./errors.ts";
import type { MessageRow, Messages } from "./messages.ts";
import type { Queue, Queues } from "./queues.ts";

interface TaskRow {
  handle: string;
  source_arn: string;
  destination_arn: string | null;
  rate: number | null;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  moved: number;
  to_move: number;
  last_sequence: number;
  failure: string | null;
  started_at: number;
}

const FASTEST = 500;
const SLICE = 100;
const MISSING_QUEUE = "AWS.SimpleQueueService.NonExistentQueue";

/**
 * Dead-letter redrive. A task moves what was in its source when it began, in slices between which others get their
 * turn: as fast as it can, or at its rate, one slice a second. It lives in its row, so a restart continues with it.
 */
export class MoveTasks {
  private readonly kernel: Kernel;
  private readonly queues: Queues;
  private readonly messages: Messages;
  private readonly armed = new Map<string, () => void>();

  constructor(kernel: Kernel, queues: Queues, messages: Messages) {
    this.kernel = kernel;
    this.queues = queues;
    this.messages = messages;
  }

  resume(): void {
    for (const task of this.kernel.store.all<TaskRow>(
      "SELECT * FROM sqs_move_task WHERE status = 'RUNNING' ORDER BY started_at, handle",
    )) {
      this.schedule(task.handle, this.kernel.clock.now());
    }
  }

  stop(): void {
    for (const cancel of this.armed.values()) cancel();
    this.armed.clear();
  }

  readonly operations: Record<string, Operation> = {
    StartMessageMoveTask: (input) => {
      const source = this.source(input.SourceArn);
      const rate = input.MaxNumberOfMessagesPerSecond;
      if (rate !== undefined && !(rate >= 1 && rate <= FASTEST)) {
        throw invalidValue(
          rate,
          "MaxNumberOfMessagesPerSecond",
          `Must be an integer between 1 and ${FASTEST}.`,
        );
      }
      if (this.queues.sourcesOf(source.arn).length === 0) {
        throw invalidParameter("Source queue must be configured as a Dead Letter Queue.");
      }
      if (input.DestinationArn !== undefined && !this.queues.withArn(input.DestinationArn)) {
        throw resourceNotFound(
          "The resource that you specified for the DestinationArn parameter doesn't exist.",
        );
      }
      if (this.of(source.arn).some((task) => task.status === "RUNNING")) {
        throw invalidParameter(
          "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        );
      }
      const { store, clock, random } = this.kernel;
      const handle = Buffer.from(JSON.stringify({ taskId: random.uuid(), sourceArn: source.arn })).toString(
        "base64",
      );
      const { last } = store.get("SELECT coalesce(max(sequence), 0) AS last FROM sqs_message")!;
      store.run(
        `INSERT INTO sqs_move_task (handle, source_arn, destination_arn, rate, status, moved, to_move, last_sequence, started_at)
         VALUES (?, ?, ?, ?, 'RUNNING', 0, ?, ?, ?)`,
        handle,
        source.arn,
        input.DestinationArn ?? null,
        rate ?? null,
        this.messages.depth.read(source.id, clock.now()).visible,
        last,
        clock.now(),
      );
      this.schedule(handle, clock.now());
      return { TaskHandle: handle };
    },

    ListMessageMoveTasks: (input) => {
      const most = input.MaxResults ?? 1;
      if (!(most >= 1 && most <= 10)) throw invalidValue(most, "MaxResults", "Must be between 1 and 10.");
      const tasks = this.of(this.source(input.SourceArn).arn).slice(0, most);
      return { Results: tasks.map(present) };
    },

    CancelMessageMoveTask: (input) => {
      const sourceArn = readHandle(input.TaskHandle);
      this.source(sourceArn);
      const task = this.find(input.TaskHandle);
      if (task?.status !== "RUNNING") throw resourceNotFound("Task does not exist.");
      this.armed.get(task.handle)?.();
      this.armed.delete(task.handle);
      this.end(task.handle, "CANCELLED");
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
  };

  private source(arn: string | undefined): Queue {
    if (!arn) throw missingParameter("SourceArn");
    if (!/^arn:[^:]+:sqs:[^:]*:\d{12}:[^:]+$/.test(arn)) {
      throw invalidParameter(
        "You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
      );
    }
    const queue = this.queues.withArn(arn);
    if (!queue)
      throw resourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist.");
    return queue;
  }

  /** The ten latest tasks, newest first. */
  private of(sourceArn: string): TaskRow[] {
    return this.kernel.store.all<TaskRow>(
      "SELECT * FROM sqs_move_task WHERE source_arn = ? ORDER BY started_at DESC, rowid DESC LIMIT 10",
      sourceArn,
    );
  }

  private find(handle: string): TaskRow | undefined {
    return this.kernel.store.get<TaskRow>("SELECT * FROM sqs_move_task WHERE handle = ?", handle);
  }

  private schedule(handle: string, time: number): void {
    const run = () => {
      this.armed.delete(handle);
      this.kernel.work.start("message move task", async () => this.slice(handle));
    };
    this.armed.set(handle, this.kernel.clock.at(time, run));
  }

  private slice(handle: string): void {
    const task = this.find(handle);
    if (task?.status !== "RUNNING") return;
    const { store, clock } = this.kernel;
    const most = task.rate ?? SLICE;
    const source = this.queues.withArn(task.source_arn);
    const rows = store.all<MessageRow>(
      `SELECT * FROM sqs_message WHERE queue = ? AND visible_at <= ? AND sequence <= ?
       ORDER BY visible_at, receive_count, sequence LIMIT ?`,
      source?.id ?? null,
      clock.now(),
      task.last_sequence,
      most,
    );
    let failure = source ? undefined : MISSING_QUEUE;
    for (const row of rows) {
      const arn = task.destination_arn ?? row.source_arn;
      const destination = arn === null ? undefined : this.queues.withArn(arn);
      if (!destination) {
        failure = arn === null ? "CouldNotDetermineMessageSource" : MISSING_QUEUE;
        break;
      }
      store.atomically(() => {
        this.messages.redrive(source!, row, destination);
        store.run("UPDATE sqs_move_task SET moved = moved + 1 WHERE handle = ?", handle);
      });
    }
    if (failure) this.end(handle, "FAILED", failure);
    else if (rows.length < most) this.end(handle, "COMPLETED");
    else this.schedule(handle, clock.now() + (task.rate === null ? 0 : 1000));
  }

  private end(handle: string, status: TaskRow["status"], failure: string | null = null): void {
    this.kernel.store.run(
      "UPDATE sqs_move_task SET status = ?, failure = ? WHERE handle = ?",
      status,
      failure,
      handle,
    );
  }
}

function present(task: TaskRow) {
  return {
    ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.source_arn,
    ...(task.destination_arn !== null && { DestinationArn: task.destination_arn }),
    ...(task.rate !== null && { MaxNumberOfMessagesPerSecond: task.rate }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.to_move,
    ...(task.failure !== null && { FailureReason: task.failure }),
    StartedTimestamp: task.started_at,
  };
}

function readHandle(handle: unknown): string {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(String(handle), "base64").toString());
    if (typeof taskId === "string" && typeof sourceArn === "string") return sourceArn;
  } catch {
    // Not JSON: refused below like any other text that is not a handle.
  }
  throw invalidParameter("Value for parameter TaskHandle is invalid.");
}
