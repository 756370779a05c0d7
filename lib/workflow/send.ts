import { wrap } from "./jsonata.ts";
import type { Json, Retrier } from "./states.ts";

const RUN = "$states.context.Execution.Input.run";

/** A message without the common fields: each field as a value in ASL. */
type Written<Message> = { readonly [Field in keyof Message as Exclude<Field, "taskToken" | "run">]: Json };

/** A task that sends a message to a queue and waits for an answer to its token. */
export function sendAndWait<Message>(queueUrl: string, message: Written<Message>) {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Arguments: {
      QueueUrl: queueUrl,
      // Standard queues serve groups in turn, so that a run with a thousand messages does not delay the
      // others.
      MessageGroupId: wrap(`${RUN}.id`),
      MessageBody: { taskToken: wrap("$states.context.Task.Token"), run: wrap(RUN), ...message },
    },
  } as const;
}

/** A task that sends a message to a queue and continues immediately. */
export function send<Message>(queueUrl: string, message: Written<Message>) {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Arguments: {
      QueueUrl: queueUrl,
      MessageGroupId: wrap(`${RUN}.id`),
      MessageBody: { run: wrap(RUN), ...message },
    },
    Retry: [RETRY_SEND],
  } as const;
}

/** The fields of a message that identify its state entry. */
export const ENTRY = {
  entered: wrap("$states.context.State.EnteredTime"),
  attempt: wrap("$states.context.State.RetryCount + 1"),
} as const;

/** The error if the send itself failed: no connection, a throttle, an error of SQS. */
export const RETRY_SEND: Retrier = {
  ErrorEquals: ["SQS.SdkClientException", "SQS.AmazonSQSException", "SQS.RequestThrottledException"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 8,
  MaxDelaySeconds: 60,
  JitterStrategy: "FULL",
};
