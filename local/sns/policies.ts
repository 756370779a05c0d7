import { tryParseObject } from "../kernel/json-text.ts";
import { invalidParameter } from "./errors.ts";

/** The JSON object of an attribute. `what` names it in the refusal. */
export function readObject(text: string, what: string): Record<string, any> {
  const value = tryParseObject(text);
  if (!value) throw invalidParameter(`${what}: failed to parse JSON.`);
  return value;
}

const DEAD_LETTER_QUEUE = /^arn:aws:sqs:[^:]+:\d{12}:[\w-]{1,80}(?:\.fifo)?$/;

/** The queue of a redrive policy. */
export function deadLetterQueue(redrivePolicy: string): string {
  const { deadLetterTargetArn } = readObject(redrivePolicy, "RedrivePolicy");
  if (!DEAD_LETTER_QUEUE.test(deadLetterTargetArn ?? "")) {
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn is not an SQS ARN");
  }
  return deadLetterTargetArn;
}

/** How deliveries are repeated: the members of `healthyRetryPolicy`. Delays are seconds. */
export interface Retries {
  numRetries: number;
  numNoDelayRetries: number;
  numMinDelayRetries: number;
  numMaxDelayRetries: number;
  minDelayTarget: number;
  maxDelayTarget: number;
  backoffFunction: "linear" | "arithmetic" | "geometric" | "exponential";
}

/**
 * For queues and functions: 3 at once, 2 after a second, 10 after up to 20 seconds, and 100,000 every 20
 * seconds.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export const OF_SERVICES: Retries = {
  numRetries: 100_015,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 100_000,
  minDelayTarget: 1,
  maxDelayTarget: 20,
  backoffFunction: "exponential",
};

/** For HTTP endpoints, unless a delivery policy says otherwise. */
export const OF_HTTP: Retries = {
  numRetries: 3,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  numMaxDelayRetries: 0,
  minDelayTarget: 20,
  maxDelayTarget: 20,
  backoffFunction: "linear",
};

const BACKOFFS = new Set(["linear", "arithmetic", "geometric", "exponential"]);

/** What a delivery policy of HTTP endpoints sets. */
export interface DeliveryPolicy {
  retries: Partial<Retries>;
  contentType: string | undefined;
}

/** Reads the delivery policy of a subscription, or the `http` part of a topic's. */
export function readDeliveryPolicy(policy: Record<string, any>): DeliveryPolicy {
  const retries = policy.healthyRetryPolicy ?? policy.defaultHealthyRetryPolicy ?? {};
  for (const [name, value] of Object.entries(retries)) {
    const fits =
      name === "backoffFunction"
        ? BACKOFFS.has(String(value))
        : Number.isInteger(value) && Number(value) >= 0;
    if (!Object.hasOwn(OF_HTTP, name) || !fits) {
      throw invalidParameter(
        `DeliveryPolicy: healthyRetryPolicy.${name} is invalid: ${JSON.stringify(value)}`,
      );
    }
  }
  const { minDelayTarget: least, maxDelayTarget: most, numRetries } = { ...OF_HTTP, ...retries };
  if (least > most) {
    throw invalidParameter(
      "DeliveryPolicy: healthyRetryPolicy.maxDelayTarget must be greater than or equal to minDelayTarget",
    );
  }
  if (most > 3600 || numRetries > 100)
    throw invalidParameter("DeliveryPolicy: healthyRetryPolicy is out of range");
  const request = policy.requestPolicy ?? policy.defaultRequestPolicy ?? {};
  return { retries, contentType: request.headerContentType };
}

/** Milliseconds until the next attempt after `attempts` failed ones, without jitter; undefined if there is none. */
export function retryDelay(retries: Retries, attempts: number): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = retries;
  if (attempts > numRetries) return undefined;
  let nth = attempts - numNoDelayRetries;
  if (nth <= 0) return 0;
  if (nth <= numMinDelayRetries) return retries.minDelayTarget * 1000;
  nth -= numMinDelayRetries;
  const steps = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  if (nth > steps) return retries.maxDelayTarget * 1000;
  return backoff(retries, steps <= 1 ? 0 : (nth - 1) / (steps - 1)) * 1000;
}

/** Between the least and the largest delay, at `share` of the way. */
function backoff(
  { minDelayTarget: least, maxDelayTarget: most, backoffFunction }: Retries,
  share: number,
): number {
  switch (backoffFunction) {
    case "linear":
      return least + (most - least) * share;
    case "arithmetic":
      return least + (most - least) * share ** 2;
    case "geometric":
      return least + (most - least) * share ** 3;
    case "exponential":
      return Math.max(1, least) * (most / Math.max(1, least)) ** share;
  }
}
