import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { ItemKey } from "../lib/contract/keys.ts";
import { eventBridge } from "./runtime/aws/bus.ts";
import { controlReminders } from "./runtime/aws/control-queue.ts";
import { tableWaiting } from "./runtime/aws/controls.ts";
import { tableDeliveryMarks } from "./runtime/aws/deliveries.ts";
import { endPorts } from "./runtime/aws/end-ports.ts";
import { tableEventLog } from "./runtime/aws/event-log.ts";
import { artifactsOf } from "./runtime/aws/lazy-artifacts.ts";
import { observe } from "./runtime/aws/observe.ts";
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
  eventLog: tableEventLog(open.table, log),
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
  .use(logMetrics(metrics))
  .handler(async () => {
    await sweep({ ...ports, relay: (changes) => relay(changes, ports) });
  });
