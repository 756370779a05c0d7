import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { ItemKey } from "../lib/contract/keys.ts";
import { eventBridge } from "./runtime/aws/bus.ts";
import { controlReminders } from "./runtime/aws/control-queue.ts";
import { tableWaiting } from "./runtime/aws/controls.ts";
import { endPorts } from "./runtime/aws/end-ports.ts";
import { artifactsOf } from "./runtime/aws/lazy-artifacts.ts";
import { observe } from "./runtime/aws/observe.ts";
import { tableOutbox } from "./runtime/aws/outbox.ts";
import { sweep } from "./runtime/end/sweep.ts";
import { setting } from "./runtime/environment.ts";
import { relay } from "./runtime/relay/relay.ts";

/** Schedule → what the fast way missed. */
const { metrics, log, counters } = observe("sweep");
const open = endPorts();
const remind = controlReminders(setting("controlQueue"));
const ports = {
  ...open,
  outbox: tableOutbox(open.table),
  bus: eventBridge(setting("bus")),
  artifactsOf: artifactsOf(setting("artifacts")),
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
