import { setting } from "../aws/environment.ts";
import { isFrom } from "../aws/queues/source.ts";
import type { IntakeHandler } from "./intake-handler.ts";
import { type BatchHandler, poolHandler } from "./pool-handler.ts";
import type { QueueHandler } from "./queue-handler.ts";
import { isRead, recordOf } from "./step-records.ts";
import { type RunStarts, runStarts } from "./worker-handler.ts";

/**
 * The Lambda handler of an express workflow: it accepts an event and does the work of its run in one
 * invocation. Work that does not end there, and that of executions, comes from the queue of the workflow's
 * steps. `steps` are by step name.
 */
export function expressHandler(
  intake: QueueHandler,
  steps: Readonly<Record<string, BatchHandler>>,
  { release, firstEffect, acceptAndClaim }: RunStarts = runStarts(),
): BatchHandler {
  if (!isIntake(intake)) throw new Error(WRAPPED);
  const isEvent = isFrom(setting("intakeQueue"));
  const work = poolHandler(steps);
  const events = intake.working(({ record, context, invocation }) => ({
    firstEffect: (message) => firstEffect(message, invocation),
    acceptAndClaim,
    async work(message, begun) {
      const own = recordOf(message, record, begun);
      const { batchItemFailures } = await steps[message.step]!({ Records: [own] }, context);
      // A wrapper of the step's handler may have refused the message.
      if (begun?.first && !isRead(own)) await release(begun.first);
      return batchItemFailures.length === 0;
    },
  }));
  return async (event, context) => await (event.Records.every(isEvent) ? events : work)(event, context);
}

/** Its handler file exports what `intake` returns. */
function isIntake(handler: QueueHandler): handler is IntakeHandler {
  return "working" in handler;
}

const WRAPPED =
  "An express workflow's *.intake.lambda.ts has to export what intake() returns, without a wrapper around it: its function does the work of runs, too.";
