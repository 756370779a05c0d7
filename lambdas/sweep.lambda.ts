import middy from "@middy/core";
import type { ItemKey } from "../lib/contract/keys.ts";
import { tableAudits } from "./runtime/aws/audits.ts";
import { eventBridge } from "./runtime/aws/bus.ts";
import { controlReminders } from "./runtime/aws/control-queue.ts";
import { tableWaiting } from "./runtime/aws/controls.ts";
import { tableDeliveryMarks } from "./runtime/aws/deliveries.ts";
import { endPorts } from "./runtime/aws/end-ports.ts";
import { tableEventLog } from "./runtime/aws/event-log.ts";
import { failedRecords } from "./runtime/aws/failed-records.ts";
import { artifactsOf } from "./runtime/aws/lazy-artifacts.ts";
import { observe, writeMetrics } from "./runtime/aws/observe.ts";
import { tableOnlookers } from "./runtime/aws/onlookers.ts";
import { tableOutbox } from "./runtime/aws/outbox.ts";
import { traceDaemon } from "./runtime/aws/trace-daemon.ts";
import { sweep } from "./runtime/end/sweep.ts";
import { listSetting, numberSetting, setting } from "./runtime/environment.ts";
import { relay } from "./runtime/relay/relay.ts";

/** Schedule → what the fast way missed. */
const { metrics, log, counters } = observe("sweep");
const open = endPorts();
const remind = controlReminders(setting("controlQueue"));
const ports = {
  ...open,
  outbox: tableOutbox(open.table),
  audits: tableAudits(open.table),
  givenUp: failedRecords(setting("artifacts"), setting("failedRecords")),
  eventLog: tableEventLog(open.table, log),
  onlookers: tableOnlookers(open.table, log),
  deliveries: tableDeliveryMarks(open.table, numberSetting("retentionDays"), listSetting("ledger")),
  retentionDays: numberSetting("retentionDays"),
  bus: eventBridge(setting("bus")),
  artifactsOf: artifactsOf(setting("artifacts")),
  traces: traceDaemon(),
  overdueParked: tableWaiting(open.table).overdueParked,
  wake: (key: ItemKey) => remind({ action: "wake", key }, 0),
  log,
  metrics: counters,
};

export const handler = middy<unknown, void>()
  .use(writeMetrics(metrics))
  .handler(async () => {
    await sweep({ ...ports, relay: (changes) => relay(changes, ports) });
  });
