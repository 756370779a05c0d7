import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { deadLetterKey } from "../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { DeadLetterItem, DeployedQueue } from "../../../lib/contract/table.ts";
import { type DeadMessage, deathOf, urlOf } from "./message.ts";
import { purposeOf } from "./purpose.ts";

/** What the collector knows about the queues. */
export interface KnownQueues {
  /** Those that are deployed. */
  deployed: readonly DeployedQueue[];
  /** URL of one of them, from which the URLs of others are derived. */
  sibling: string;
}

const LONGEST_REASON = 2_000;

/** The item of a dead letter: the same whenever the message is read. */
export function deadLetterOf(
  message: DeadMessage,
  { deployed, sibling }: KnownQueues,
  { now, retentionDays }: { now: number; retentionDays: number },
): DeadLetterItem {
  const { id, body, sent } = message;
  const { queue, reason, receives } = deathOf(message);
  const said = queue && ("arn" in queue ? urlOf(queue.arn, sibling) : queue.url);
  const deadLettersUrl = urlOf(message.foundIn, sibling);
  const origin = deployed.find((one) => one.queueUrl === said && one.deadLettersUrl === deadLettersUrl);
  // SQS itself states the origin of a message that it moved. Any other sender may state any origin, so the
  // message is only sent back to a queue that the sender may use.
  const queueUrl = message.movedFrom === undefined ? origin?.queueUrl : said;
  const purpose = purposeOf(body, origin?.role);
  const time = new Date(now).toISOString();
  return {
    ...deadLetterKey(id),
    kind: "dead-letter",
    id,
    subscriber: origin?.workflow ?? origin?.name ?? queueUrl?.split("/").at(-1) ?? "unknown",
    ...purpose,
    body,
    queueUrl: queueUrl ?? "",
    receives,
    reason: reason.slice(0, LONGEST_REASON),
    sentAt: new Date(sent).toISOString(),
    diedAt: time,
    list: shardOf("dead-letter", id),
    listedAt: time,
    unpublished: shardOf("unpublished", id),
    changedAt: time,
    revision: 1,
    expiresAt: expiryAfter(now, retentionDays),
  };
}
