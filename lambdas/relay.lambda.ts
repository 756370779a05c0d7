import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { RELAY_BATCH } from "../lib/contract/published-changes.ts";
import { eventBridge, MOST_ENTRIES } from "./runtime/aws/bus.ts";
import { listSetting, numberSetting, setting } from "./runtime/aws/environment.ts";
import { artifactsOf } from "./runtime/aws/files/artifacts.ts";
import { tableDeliveryReceipts } from "./runtime/aws/ledger/deliveries.ts";
import { observe, writeMetrics } from "./runtime/aws/observe.ts";
import { tableEventLog } from "./runtime/aws/relay/event-log.ts";
import { tableOutbox } from "./runtime/aws/relay/outbox.ts";
import { openTraces } from "./runtime/aws/relay/telemetry.ts";
import { tableViewers } from "./runtime/aws/relay/viewers.ts";
import { changeOf } from "./runtime/aws/table/stream-record.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { relay } from "./runtime/relay/relay.ts";

/** Table stream → bus and log. */

/** Events are ordered by their revisions, not by their arrival. */
const CALLS_IN_FLIGHT = Math.ceil(RELAY_BATCH / MOST_ENTRIES);
const { metrics, log, counters } = observe("relay");
const table = openTable(setting("table"));
const ports = {
  bus: eventBridge(setting("bus"), undefined, CALLS_IN_FLIGHT),
  artifactsOf: artifactsOf(setting("artifacts")),
  traces: openTraces(),
  outbox: tableOutbox(table),
  eventLog: tableEventLog(table, log),
  viewers: tableViewers(table, log),
  deliveries: tableDeliveryReceipts(table, numberSetting("retentionDays"), listSetting("ledger")),
  recorded: new Set(listSetting("ledger")),
  loggedSteps: new Set(listSetting("loggedSteps")),
  retentionDays: numberSetting("retentionDays"),
  now: Date.now,
  log,
  metrics: counters,
};

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
  .use(writeMetrics(metrics))
  .handler(async ({ Records }) => {
    const refused = await relay(Records.map(changeOf), ports);
    const sequence = refused === undefined ? undefined : Records[refused]?.dynamodb?.SequenceNumber;
    return { batchItemFailures: sequence ? [{ itemIdentifier: sequence }] : [] };
  });
