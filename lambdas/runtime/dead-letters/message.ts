/** A message that its queue, a rule or a function has given up, as it is in a dead-letter queue. */
export interface DeadMessage {
  id: string;
  body: string;
  /** Its attributes. */
  attributes: Record<string, string>;
  /** Its total number of deliveries, this one included. */
  receives: number;
  /** Epoch milliseconds at which it was first sent. */
  sent: number;
  /** ARN of the queue from which SQS moved it. */
  movedFrom: string | undefined;
  /** ARN of the dead-letter queue that contains it. */
  foundIn: string;
}

/** Attributes that a function adds to a message that it gives up. */
export const GIVEN_UP = { class: "class", error: "error", reason: "reason", queue: "queue" } as const;

/** Where a dead-lettered message came from and why it was given up, by its sender. */
export interface Death {
  /** Of the queue in which it was, or to which it should have been sent; undefined if unknown. */
  queue: { arn: string } | { url: string } | undefined;
  /** If known. */
  reason: string;
  /** Deliveries, or attempts to deliver, before it was given up. */
  receives: number;
}

/**
 * SQS gives no reason, a rule of EventBridge gives its error, and a reaction gives the reason why its handler
 * gave up.
 */
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

/** The URL of a queue, from its ARN and the URL of another queue of the same account and region. */
export function urlOf(arn: string, sibling: string): string {
  return `${sibling.slice(0, sibling.lastIndexOf("/"))}/${arn.split(":").at(-1)}`;
}
