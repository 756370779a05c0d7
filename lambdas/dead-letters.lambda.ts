import type { SQSRecord } from "aws-lambda";
import { tableDeadLetterStore } from "./runtime/aws/control/dead-letter-store.ts";
import { numberSetting, setting } from "./runtime/aws/environment.ts";
import { tableQueues } from "./runtime/aws/queues/deployed-queues.ts";
import { sourceQueue, withoutCopies } from "./runtime/aws/queues/queue.ts";
import { stepFunctions } from "./runtime/aws/runs/executions.ts";
import { tableRuns } from "./runtime/aws/runs/runs.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { tableClaims } from "./runtime/aws/work/claims.ts";
import type { DeadMessage } from "./runtime/dead-letters/message.ts";
import { takeIn } from "./runtime/dead-letters/take-in.ts";
import { queueHandler } from "./runtime/handlers/queue-handler.ts";

/** Dead-letter queues → the table. */
const table = openTable(setting("table"));
const sibling = setting("deadLetters");
/** A dead letter that is sent again would lose its origin. */
const queue = withoutCopies(sourceQueue(sibling));
const ports = {
  deadLetters: tableDeadLetterStore(table),
  queues: () => tableQueues(table).list(),
  runs: tableRuns(table),
  claims: tableClaims(table, numberSetting("retentionDays")),
  executions: stepFunctions(undefined),
  sibling,
  retentionDays: numberSetting("retentionDays"),
  now: Date.now,
};

export const handler = queueHandler(
  "dead-letters",
  () => queue,
  async ({ record, log, metrics }) => {
    return await takeIn(deadMessageOf(record), { ...ports, log, metrics });
  },
);

function deadMessageOf(record: SQSRecord): DeadMessage {
  const { messageId, body, attributes, messageAttributes, eventSourceARN } = record;
  return {
    id: messageId,
    body,
    attributes: Object.fromEntries(
      Object.entries(messageAttributes).map(([name, { stringValue }]) => [name, stringValue ?? ""]),
    ),
    receives: Number(attributes.ApproximateReceiveCount),
    sent: Number(attributes.SentTimestamp),
    movedFrom: attributes.DeadLetterQueueSourceArn,
    foundIn: eventSourceARN,
  };
}
