import { isThrottling, ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import type { Exhausted } from "../kernel/retry-policy.ts";
import type { Delivery } from "./delivery.ts";
import { DestinationError, RateLimitError } from "./destinations/errors.ts";
import { InputError } from "./input.ts";

export interface Failure {
  /** As in the ERROR_CODE of a dead letter: "NO_RESOURCE", "THROTTLING". */
  code: string;
  message: string;
}

/**
 * An event may go from one bus to another, and no further: so buses that forward to each other make no loop.
 */
export class HopError extends Error {
  constructor(eventId: string) {
    super(
      `Event ingestion rejected for event ${eventId} because an event can be sent to an event bus target only once. This event was previously delivered to an event bus target.`,
    );
  }
}

/**
 * Why an attempt failed, and whether another may succeed: a missing target, or one that refuses the caller,
 * is not retried; a busy or broken one is.
 */
export function classify(error: unknown): Failure & { retriable: boolean } {
  const message = (error as Error)?.message ?? String(error);
  if (error instanceof InputError) return { retriable: false, code: "INVALID_JSON", message };
  if (error instanceof RateLimitError) return { retriable: true, code: "THROTTLING", message };
  if (error instanceof DestinationError)
    return { retriable: error.retriable, code: "SDK_CLIENT_ERROR", message };
  if (error instanceof HopError) return { retriable: false, code: "THIRD_ACCOUNT_HOP_DETECTED", message };
  if (!(error instanceof ServiceError)) return { retriable: true, code: "INTERNAL_ERROR", message };
  if (isThrottling(error)) {
    return { retriable: true, code: "THROTTLING", message };
  }
  if (error.fault === "server") return { retriable: true, code: "INTERNAL_ERROR", message };
  if (/NotFound|DoesNotExist|NonExistent|NoSuch|UnknownService/i.test(error.code)) {
    return { retriable: false, code: "NO_RESOURCE", message };
  }
  if (/AccessDenied|NotAuthorized|Unauthorized/i.test(error.code)) {
    return { retriable: false, code: "NO_PERMISSIONS", message };
  }
  return { retriable: false, code: "SDK_CLIENT_ERROR", message };
}

/** Sends the event as it was to the dead-letter queue, with what is known of the failure in the attributes. */
export async function deadLetter(
  kernel: Kernel,
  queueArn: string,
  { event, ruleArn, target, attempts }: Delivery,
  { code, message, exhausted }: Failure & { exhausted: Exhausted | undefined },
): Promise<void> {
  const attributes = {
    RULE_ARN: ruleArn,
    TARGET_ARN: target.Arn,
    ERROR_CODE: code,
    ERROR_MESSAGE: message,
    ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    RETRY_ATTEMPTS: String(attempts - 1),
  };
  await kernel.call(
    "sqs",
    "SendMessage",
    {
      QueueUrl: queueUrl(kernel, queueArn),
      MessageBody: event,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          { DataType: "String", StringValue: value || "-" },
        ]),
      ),
    },
    { caller: "events.amazonaws.com", sourceArn: ruleArn },
  );
}
