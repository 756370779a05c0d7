/** A message that its queue, a rule or a function has given up, as it lies in a dead-letter queue. */
export interface DeadMessage {
  id: string;
  body: string;
  /** What was said of it beside its body. */
  attributes: Record<string, string>;
  /** Deliveries of all its life, this one included. */
  receives: number;
  /** Epoch milliseconds at which it was first sent. */
  sent: number;
  /** ARN of the queue out of which SQS moved it. */
  movedFrom: string | undefined;
  /** ARN of the dead-letter queue that contains it. */
  foundIn: string;
}

/** Names of what a function says of a message that it gives up. */
export const GIVEN_UP = { class: "class", error: "error", reason: "reason", queue: "queue" } as const;

/** Where a dead message came from and why it is one, by who put it there. */
export interface Death {
  /** Of the queue that it was in, or should have come to; undefined if it is not known. */
  queue: { arn: string } | { url: string } | undefined;
  /** As far as it is known. */
  reason: string;
  /** Deliveries, or tries to deliver, before it was given up. */
  receives: number;
}

/** SQS gives no reason, a rule of EventBridge gives its error, and a reaction gives the reason why its code gave up. */
export function deathOf({ movedFrom, attributes, receives }: DeadMessage): Death {
  const { RULE_ARN, TARGET_ARN, ERROR_CODE, ERROR_MESSAGE, RETRY_ATTEMPTS } = attributes;
  if (movedFrom !== undefined) {
    const before = Math.max(1, receives - 1);
    const reason = `It was received ${before} times without success: the function failed or timed out. See its log.`;
    return { queue: { arn: movedFrom }, reason, receives: before };
  }
  if (RULE_ARN !== undefined) {
    const reason = `EventBridge could not deliver it: ${ERROR_CODE ?? "no error given"}: ${ERROR_MESSAGE ?? ""}`;
    const queue = TARGET_ARN === undefined ? undefined : { arn: TARGET_ARN };
    return { queue, reason, receives: Number(RETRY_ATTEMPTS ?? 0) + 1 };
  }
  const { error, reason, queue } = attributes;
  return {
    queue: queue === undefined ? undefined : { url: queue },
    reason: error === undefined ? "No reason is known." : `${error}: ${reason ?? ""}`,
    receives: 1,
  };
}

/** The URL of a queue of the same account and region as another, by its ARN. */
export function urlOf(arn: string, sibling: string): string {
  return `${sibling.slice(0, sibling.lastIndexOf("/"))}/${arn.split(":").at(-1)}`;
}
