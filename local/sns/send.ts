import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { isOnThisMachine } from "../kernel/outbound.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import { bodyFor, lambdaEvent, type Message, notification } from "./message.ts";
import type { Subscription } from "./subscriptions.ts";
import type { Topics } from "./topics.ts";

/** Delivers a message to its endpoint. Throws ServiceError or EndpointError. */
export type Send = (subscription: Subscription, message: Message) => Promise<void>;

/** An HTTP endpoint did not take a message. */
export class EndpointError extends Error {
  /** The HTTP status; undefined if there was no response. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }

  /** Whether another attempt may succeed. */
  get temporary(): boolean {
    return this.status === undefined || this.status >= 500 || this.status === 429;
  }
}

const MOST_ATTRIBUTES_OF_SQS = 10;
const PATIENCE = 15_000;
const MOST_ANSWERED = 2 ** 20;
export function sender(kernel: Kernel, topics: Topics): Send {
  return async (subscription, message) => {
    const { protocol, endpoint, arn } = subscription;
    if (protocol === "sqs") await sendToQueue(kernel, endpoint, subscription, message);
    else if (protocol === "lambda") {
      const Payload = lambdaEvent(message, { endpoint: kernel.endpoint, subscriptionArn: arn });
      const input = { FunctionName: endpoint, InvocationType: "Event", Payload: Buffer.from(Payload) };
      await kernel.call("lambda", "Invoke", input, principal(message));
    } else if (protocol === "http" || protocol === "https") {
      const ofTopic = topics.withArn(message.topicArn)?.delivery;
      await post(kernel, endpoint, textFor(kernel, subscription, message), {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message.id,
        "x-amz-sns-topic-arn": message.topicArn,
        "x-amz-sns-subscription-arn": arn,
        ...(subscription.raw && { "x-amz-sns-rawdelivery": "true" }),
        "content-type":
          subscription.delivery?.contentType ?? ofTopic?.contentType ?? "text/plain; charset=UTF-8",
      });
    }
  };
}

/** SNS acts for the topic. */
const principal = ({ topicArn, trace }: Message) => ({
  caller: "sns.amazonaws.com",
  sourceArn: topicArn,
  traceHeader: trace,
});

/** What the endpoint gets: the message itself, or a document with it. */
function textFor(kernel: Kernel, { raw, protocol, arn }: Subscription, message: Message): string {
  if (raw) return bodyFor(message, protocol);
  return notification(message, protocol, { endpoint: kernel.endpoint, subscriptionArn: arn });
}

async function sendToQueue(
  kernel: Kernel,
  queueArn: string,
  subscription: Subscription,
  message: Message,
): Promise<void> {
  const { raw } = subscription;
  if (raw && Object.keys(message.attributes).length > MOST_ATTRIBUTES_OF_SQS) {
    throw new ServiceError(
      "InvalidParameterValue",
      `A raw message with more than ${MOST_ATTRIBUTES_OF_SQS} attributes cannot be sent to a queue.`,
    );
  }
  await send(
    kernel,
    queueArn,
    message,
    textFor(kernel, subscription, message),
    raw ? message.attributes : {},
  );
}

async function send(
  kernel: Kernel,
  queueArn: string,
  message: Message,
  MessageBody: string,
  MessageAttributes: object,
): Promise<void> {
  const { group, deduplication, trace } = message;
  await kernel.call(
    "sqs",
    "SendMessage",
    {
      QueueUrl: queueUrl(kernel, queueArn),
      MessageBody,
      MessageAttributes,
      ...(group !== undefined && { MessageGroupId: group }),
      ...(queueArn.endsWith(".fifo") && { MessageDeduplicationId: deduplication }),
      ...(trace && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
      }),
    },
    principal(message),
  );
}

/** Sends to the dead-letter queue what the endpoint would have got, with the reason in attributes. */
export async function deadLetter(
  kernel: Kernel,
  subscription: Subscription,
  message: Message,
  error: unknown,
): Promise<void> {
  const { raw, deadLetterQueue } = subscription;
  const attribute = (value: string) => ({ DataType: "String", StringValue: value.slice(0, 1024) });
  const reason = {
    RequestID: attribute(kernel.random.uuid()),
    ErrorCode: attribute(codeOf(error)),
    ErrorMessage: attribute((error as Error).message || "-"),
  };
  const attributes = raw ? { ...message.attributes, ...reason } : reason;
  await send(kernel, deadLetterQueue!, message, textFor(kernel, subscription, message), attributes);
}

function codeOf(error: unknown): string {
  if (error instanceof ServiceError) return error.code;
  return error instanceof EndpointError && error.status !== undefined
    ? String(error.status)
    : "InternalError";
}

/** Posts to an endpoint of this machine. Throws EndpointError unless it answers with a 2xx status. */
export async function post(
  { outbound }: Kernel,
  address: string,
  body: string,
  headers: Record<string, string>,
): Promise<void> {
  if (!isOnThisMachine(address)) {
    throw new EndpointError(`${address} is not on this machine; the local cloud calls no other`, 403);
  }
  let status: number;
  try {
    const sent = { ...headers, "user-agent": "Amazon Simple Notification Service Agent" };
    const request = { method: "POST", url: new URL(address), headers: Object.entries(sent), body };
    ({ status } = await outbound({ ...request, patience: PATIENCE, most: MOST_ANSWERED }));
  } catch (error) {
    throw new EndpointError((error as Error).message);
  }
  if (status < 200 || status > 299)
    throw new EndpointError(`${address} answered with status ${status}`, status);
}
