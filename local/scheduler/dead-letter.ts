import type { Kernel } from "../kernel/kernel.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import type { Exhausted } from "../kernel/retry-policy.ts";
import type { Failure } from "./failure.ts";
import type { Attempt } from "./keywords.ts";
import type { Request } from "./request.ts";

/** A call that is not tried again. */
export interface FailedCall {
  request: Request;
  attempt: Attempt;
  failure: Failure;
  /** The condition that ended the retries, if there were any. */
  exhausted: Exhausted | undefined;
}

/** Sends the call that failed to a queue, as the target's role, with what is known of the failure in the attributes. */
export async function deadLetter(
  kernel: Kernel,
  queue: { arn: string; role: string },
  { request, attempt, failure, exhausted }: FailedCall,
): Promise<void> {
  const attributes = {
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    EXECUTION_ID: attempt.executionId,
    ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    IS_PAYLOAD_TRUNCATED: "false",
    RETRY_ATTEMPTS: String(attempt.number - 1),
    SCHEDULED_TIME: attempt.scheduledTime,
    SCHEDULE_ARN: attempt.scheduleArn,
    TARGET_ARN: request.targetArn,
  };
  const message = {
    QueueUrl: queueUrl(kernel, queue.arn),
    MessageBody: JSON.stringify(request.input),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: "String", StringValue: value || "-" },
      ]),
    ),
  };
  await kernel.call("sqs", "SendMessage", message, { caller: queue.role });
}
