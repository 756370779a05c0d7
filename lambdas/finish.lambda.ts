import type { BusEvent } from "../lib/contract/envelope.ts";
import { endPorts } from "./runtime/aws/end-ports.ts";
import { sourceQueue } from "./runtime/aws/queue.ts";
import { finish, undoLate } from "./runtime/end/finish.ts";
import { setting } from "./runtime/environment.ts";
import { queueHandler } from "./runtime/queue-handler.ts";

/** Status change of an execution → the end of its run. "step.late" → its undo. */
const queue = sourceQueue(setting("queue"));
const ports = endPorts();
/** Closing a run takes far less. */
const CLOSING_TAKES = 30_000;

type Announcement = BusEvent & { detail: { executionArn?: string; run: string } };

export const handler = queueHandler(
  "finish",
  () => queue,
  async ({ record, about, log, metrics }) => {
    const { detail } = JSON.parse(record.body) as Announcement;
    const { executionArn, run } = detail;
    about({ execution: executionArn, run });
    if (executionArn !== undefined) {
      await finish(executionArn, { ...ports, about, log, metrics });
      return "finished";
    }
    const undone = await undoLate(run, { ...ports, log, metrics });
    return undone === "finished"
      ? "finished"
      : { at: ports.now() + CLOSING_TAKES, why: "the run is being closed" };
  },
);
