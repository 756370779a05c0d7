import type { Kernel } from "../kernel/kernel.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import type { Exhausted, Failure } from "./failure.ts";
import type { Attempt } from "./keywords.ts";
import type { Request } from "./request.ts";

/** Sends the call that failed to a queue, as the target's role, with what is known of the failure in the attributes. */
export async function deadLetter(
  kernel: Kernel,
  queueArn: string,
  role: string,
  { input, targetArn }: Request,
  attempt: Attempt,
  { code, message }: Failure,
  exhausted: Exhausted | undefined,
): Promise<void> {
  const attributes = {
    ERROR_CODE: code,
    ERROR_MESSAGE: message,
    EXECUTION_ID: attempt.executionId,
    ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    IS_PAYLOAD_TRUNCATED: "false",
    RETRY_ATTEMPTS: String(attempt.number - 1),
    SCHEDULED_TIME: attempt.scheduledTime,
    SCHEDULE_ARN: attempt.scheduleArn,
    TARGET_ARN: targetArn,
  };
  const letter = {
    QueueUrl: queueUrl(kernel, queueArn),
    MessageBody: JSON.stringify(input),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: "String", StringValue: value || "-" },
      ]),
    ),
  };
  await kernel.call("sqs", "SendMessage", letter, { caller: role });
}
