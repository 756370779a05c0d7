import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { TableItem } from "../lib/contract/table.ts";
import { eventBridge } from "./runtime/aws/bus.ts";
import { tableDeliveryMarks } from "./runtime/aws/deliveries.ts";
import { tableEventLog } from "./runtime/aws/event-log.ts";
import { artifactsOf } from "./runtime/aws/lazy-artifacts.ts";
import { observe } from "./runtime/aws/observe.ts";
import { tableOutbox } from "./runtime/aws/outbox.ts";
import { openTable } from "./runtime/aws/table.ts";
import { traceDaemon } from "./runtime/aws/trace-daemon.ts";
import { listSetting, numberSetting, setting } from "./runtime/environment.ts";
import { type Change, relay } from "./runtime/relay/relay.ts";

/** Table stream → bus and log. */
const { metrics, log, counters } = observe("relay");
const table = openTable(setting("table"));
const ports = {
  bus: eventBridge(setting("bus")),
  artifactsOf: artifactsOf(setting("artifacts")),
  traces: traceDaemon(),
  outbox: tableOutbox(table),
  eventLog: tableEventLog(table, log),
  deliveries: tableDeliveryMarks(table, numberSetting("retentionDays"), listSetting("ledger")),
  retentionDays: numberSetting("retentionDays"),
  now: Date.now,
  log,
  metrics: counters,
};

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
  .use(logMetrics(metrics))
  .handler(async ({ Records }) => {
    const untold = await relay(Records.map(changeOf), ports);
    const sequence = untold === undefined ? undefined : Records[untold]?.dynamodb?.SequenceNumber;
    return { batchItemFailures: sequence ? [{ itemIdentifier: sequence }] : [] };
  });

function changeOf({ dynamodb }: DynamoDBRecord): Change {
  return { before: itemOf(dynamodb?.OldImage), after: itemOf(dynamodb?.NewImage) };
}

function itemOf(image: NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]): TableItem | undefined {
  return image && (unmarshall(image as Parameters<typeof unmarshall>[0]) as TableItem);
}
