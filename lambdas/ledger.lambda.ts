import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { numberSetting, setting } from "./runtime/aws/environment.ts";
import { tableDeliveries } from "./runtime/aws/ledger/deliveries.ts";
import { observe, writeMetrics } from "./runtime/aws/observe.ts";
import { delayedReminders } from "./runtime/aws/table/overdue-reminders.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { handleMessages } from "./runtime/ledger/messages.ts";

/** Published events → the expected deliveries; after their deadline → those that are missing. */
const { metrics, log, counters } = observe("ledger");
const ports = {
  deliveries: tableDeliveries(openTable(setting("table"))),
  reminders: delayedReminders(setting("queue")),
  retentionDays: numberSetting("retentionDays"),
  now: Date.now,
  log,
  metrics: counters,
};

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(writeMetrics(metrics))
  .handler(async ({ Records }) => {
    const messages = Records.map(({ body, attributes }) => ({
      body,
      sent: Number(attributes.SentTimestamp),
    }));
    const failed = await handleMessages(messages, ports);
    if (failed.length > 0) counters.count("MessagesFailed", failed.length);
    return { batchItemFailures: failed.map((at) => ({ itemIdentifier: Records[at]!.messageId })) };
  });
