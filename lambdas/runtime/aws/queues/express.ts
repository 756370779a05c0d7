import type { HandOver } from "../../../../lib/contract/groups/express.ts";
import { traceHeaderOf } from "../../../../lib/contract/trace.ts";
import type { ExpressGroupMessage } from "../../express/message.ts";
import type { ExpressEnds } from "../../express/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { sendingTo } from "./messages.ts";

/** SQS delays a message by 15 minutes at most. */
const LONGEST_DELAY_SECONDS = 15 * 60;

/** The queue of the worker of an express workflow, with the same messages as the state machine's. */
export function expressQueue(url: string, client = queueClient()) {
  const messages = sendingTo(url, client);
  return async (message: ExpressGroupMessage): Promise<void> => {
    const trace = traceHeaderOf(message.run.traceparent);
    await messages.ask({
      MessageGroupId: message.run.id,
      MessageBody: JSON.stringify(message),
      MessageSystemAttributes: trace
        ? { AWSTraceHeader: { DataType: "String", StringValue: trace } }
        : undefined,
    });
  };
}

/** Sends runs that need an execution as messages to the intake queue of the worker's workflow. */
export function handOverTo(
  url: string,
  client = queueClient(),
  now: Now = Date.now,
): ExpressEnds["handOver"] {
  const messages = sendingTo(url, client);
  return async (run, epoch, why, at) => {
    const seconds = Math.max(0, Math.ceil((at - now()) / 1000));
    await messages.ask({
      DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, seconds),
      MessageBody: JSON.stringify({ handOver: { run, epoch, why } satisfies HandOver }),
    });
  };
}
