import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { tableDeliveries } from "./runtime/aws/deliveries.ts";
import { observe } from "./runtime/aws/observe.ts";
import { openTable } from "./runtime/aws/table.ts";
import { numberSetting, setting } from "./runtime/environment.ts";
import { expectDeliveries } from "./runtime/ledger/expect.ts";

/** Published events → the deliveries that somebody has to make. */
const { metrics, log, counters } = observe("ledger");
const ports = {
  deliveries: tableDeliveries(openTable(setting("table"))),
  retentionDays: numberSetting("retentionDays"),
  log,
};

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(logMetrics(metrics))
  .handler(async ({ Records }) => {
    const messages = Records.map(({ body, attributes }) => ({
      body,
      sent: Number(attributes.SentTimestamp),
    }));
    const failed = await expectDeliveries(messages, ports);
    if (failed.length > 0) counters.count("MessagesFailed", failed.length);
    return { batchItemFailures: failed.map((at) => ({ itemIdentifier: Records[at]!.messageId })) };
  });
