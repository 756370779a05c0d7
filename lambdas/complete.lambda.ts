import type { BusEvent } from "../lib/contract/envelope.ts";
import { setting } from "./runtime/aws/environment.ts";
import { sourceQueue } from "./runtime/aws/queues/queue.ts";
import { controlTerminator } from "./runtime/aws/runs/terminator.ts";
import { finish, undoLate } from "./runtime/completion/finish.ts";
import { endPorts } from "./runtime/handlers/end-ports.ts";
import { queueHandler } from "./runtime/handlers/queue-handler.ts";

/** Status change of an execution → the end of its run. "step.late", "race.decided" → the undo. */
const queue = sourceQueue(setting("queue"));
const ports = { ...endPorts(), terminator: controlTerminator(setting("controlQueue")) };
/** Closing a run takes far less. */
const CLOSING_TAKES = 30_000;
/** Milliseconds after which an end is looked up again that is not described yet. */
const LOOKED_AT_AGAIN = 5_000;

type Announcement = BusEvent & { detail: { executionArn?: string; run: string } & Ending };

/** Of the status change of an execution, which omits a large output. */
interface Ending {
  status?: string;
  output?: string | null;
}

/** Only AWS can send events under this source. */
const STEP_FUNCTIONS = "aws.states";

export const handler = queueHandler(
  "complete",
  () => queue,
  async ({ record, about, log, metrics }) => {
    const { source, time, detail } = JSON.parse(record.body) as Announcement;
    const { executionArn, run } = detail;
    about({ execution: executionArn, run });
    if (executionArn !== undefined) {
      const report =
        source === STEP_FUNCTIONS ? { at: Date.parse(time), succeeded: successOf(detail) } : undefined;
      const finished = await finish(executionArn, { ...ports, about, log, metrics }, report);
      return finished === "finished"
        ? "finished"
        : { at: ports.now() + LOOKED_AT_AGAIN, why: "the execution is still described as running" };
    }
    const undone = await undoLate(run, { ...ports, log, metrics });
    return undone === "finished"
      ? "finished"
      : { at: ports.now() + CLOSING_TAKES, why: "the run is being closed" };
  },
);

function successOf({ status, output }: Ending): { output: unknown } | undefined {
  return status === "SUCCEEDED" && typeof output === "string" ? { output: JSON.parse(output) } : undefined;
}
