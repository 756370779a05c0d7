import middy from "@middy/core";
import type { ControlTarget } from "../lib/contract/keys/control.ts";
import type { ItemKey } from "../lib/contract/keys/item-key.ts";
import type { Release } from "../lib/contract/messages/command.ts";
import type { DeferReason, TableItem } from "../lib/contract/table.ts";
import { eventBridge } from "./runtime/aws/bus.ts";
import { tableControls, tableWaiting } from "./runtime/aws/control/controls.ts";
import { deadLettered } from "./runtime/aws/control/dead-letter-store.ts";
import { listSetting, numberSetting, setting } from "./runtime/aws/environment.ts";
import { artifactsOf } from "./runtime/aws/files/artifacts.ts";
import { tableDeliveryReceipts } from "./runtime/aws/ledger/deliveries.ts";
import { observe, writeMetrics } from "./runtime/aws/observe.ts";
import { controlReminders } from "./runtime/aws/queues/control-queue.ts";
import { tableQueues } from "./runtime/aws/queues/deployed-queues.ts";
import { tableAudits } from "./runtime/aws/relay/audits.ts";
import { tableEventLog } from "./runtime/aws/relay/event-log.ts";
import { failedRecords } from "./runtime/aws/relay/failed-records.ts";
import { tableOutbox } from "./runtime/aws/relay/outbox.ts";
import { openTraces } from "./runtime/aws/relay/telemetry.ts";
import { tableViewers } from "./runtime/aws/relay/viewers.ts";
import { readItems } from "./runtime/aws/table/read-items.ts";
import type { OpenTask } from "./runtime/completion/progress.ts";
import { reconcile } from "./runtime/completion/reconcile.ts";
import { endPorts } from "./runtime/handlers/end-ports.ts";
import { relay } from "./runtime/relay/relay.ts";

/** Schedule → what the events missed. */
const { metrics, log, counters } = observe("reconcile");
const open = endPorts();
const remind = controlReminders(setting("controlQueue"));
const waiting = tableWaiting(open.table);
const controls = tableControls(open.table);
/** No run has more open states than this. */
const MOST_DEFERRED = 25_000;
const ports = {
  ...open,
  outbox: tableOutbox(open.table),
  audits: tableAudits(open.table),
  failedBatches: failedRecords(setting("artifacts"), setting("failedRecords")),
  random: Math.random,
  eventLog: tableEventLog(open.table, log),
  viewers: tableViewers(open.table, log),
  deliveries: tableDeliveryReceipts(open.table, numberSetting("retentionDays"), listSetting("ledger")),
  recorded: new Set(listSetting("ledger")),
  loggedSteps: new Set(listSetting("loggedSteps")),
  retentionDays: numberSetting("retentionDays"),
  bus: eventBridge(setting("bus")),
  artifactsOf: artifactsOf(setting("artifacts")),
  traces: openTraces(),
  workflows: listSetting("workflows"),
  heldRuns: waiting.heldRuns,
  deferredOf: (run: string) => waiting.deferredOfRun(run, undefined, MOST_DEFERRED),
  items: async (keys: readonly ItemKey[]) =>
    (await readItems<TableItem>(open.table, keys)).filter((item) => item !== undefined),
  sendMissing: (task: OpenTask) => remind({ action: "send-missing", ...task }, 0),
  controlled: async (target: ControlTarget, names: readonly string[]) => {
    const states = await Promise.all(names.map((name) => controls.read(target, name)));
    return names.filter((_, at) => states[at] !== undefined);
  },
  subscribers: tableQueues(open.table).list,
  isActive: async (target: ControlTarget, name: string) => {
    const control = await controls.read(target, name);
    return !control?.paused && !control?.drained;
  },
  deferredBy: (name: string, reason: DeferReason) => waiting.deferredOfWorkflow(name, reason, 1),
  release: (target: Release["target"]) => remind({ action: "release", target, looks: 1 }, 0),
  overdueDeferred: waiting.overdueDeferred,
  deadLettered: (limit: number) => deadLettered(open.table, limit),
  wake: (key: ItemKey) => remind({ action: "wake", key }, 0),
  log,
  metrics: counters,
};

export const handler = middy<unknown, void>()
  .use(writeMetrics(metrics))
  .handler(async () => {
    await reconcile({ ...ports, relay: (changes) => relay(changes, ports) });
  });
