import { randomUUID } from "node:crypto";
import type { BusEvent } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { WaitMessage } from "../../../lib/contract/messages/wait-message.ts";
import { tableQuarantine } from "../aws/control/quarantine.ts";
import { listSetting, numberSetting, setting } from "../aws/environment.ts";
import { artifactsOf } from "../aws/files/artifacts.ts";
import { tableDeliveryReceipts } from "../aws/ledger/deliveries.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import { delayedWakeups } from "../aws/queues/step-queues.ts";
import { stepFunctions } from "../aws/runs/executions.ts";
import { tableRuns } from "../aws/runs/runs.ts";
import { controlTerminator } from "../aws/runs/terminator.ts";
import { openTable } from "../aws/table/table.ts";
import { tableRaces } from "../aws/waits/races.ts";
import { tableWaits } from "../aws/waits/waits.ts";
import { tableDeferred } from "../aws/work/deferred.ts";
import { tableStartConditions } from "../aws/work/start-conditions.ts";
import { stepFunctionsHistory } from "../aws/work/task-history.ts";
import { fieldsOfRun } from "../telemetry/log-fields.ts";
import { receive } from "../wait/receive.ts";
import { wait } from "../wait/wait.ts";
import { queueHandler } from "./queue-handler.ts";

/**
 * The Lambda handler behind the queue of waits: `export const handler =
 * waits(workflows.flatMap(awaitedEvents))`. It handles the events that workflows wait for, and the requests
 * of state machines.
 */
export function waits(events: readonly EventContract[]) {
  const table = openTable(setting("table"));
  const queue = sourceQueue(setting("queue"));
  const awaited = { events: newestFirst(events), retentionDays: numberSetting("retentionDays") };
  const ports = {
    waits: tableWaits(table),
    races: tableRaces(table),
    runs: tableRuns(table),
    startConditions: tableStartConditions(table),
    deferred: tableDeferred(table),
    wakeups: delayedWakeups(setting("controlQueue")),
    retentionDays: awaited.retentionDays,
    deliveries: tableDeliveryReceipts(table, awaited.retentionDays, listSetting("ledger")),
    quarantine: tableQuarantine(table, { queued: true }),
    executions: stepFunctions(undefined),
    history: stepFunctionsHistory(setting("stateMachines")),
    artifacts: artifactsOf(setting("artifacts")),
    terminator: controlTerminator(setting("controlQueue")),
    now: Date.now,
  };
  return queueHandler(
    "waits",
    () => queue,
    async ({ record, about, log, metrics }) => {
      const message = JSON.parse(record.body) as BusEvent | WaitMessage;
      if ("detail-type" in message) {
        about({ awaited: message["detail-type"] });
        await receive(message, record.body, awaited, { ...ports, owner: randomUUID(), log, metrics });
      } else {
        about({ ...fieldsOfRun(message.run), ...("path" in message && { path: message.path }) });
        await wait(message, awaited.retentionDays, { ...ports, owner: randomUUID(), log, metrics });
      }
      return "finished";
    },
  );
}

/** Workflows that wait for different versions of an event all read the newest. */
function newestFirst(events: readonly EventContract[]): EventContract[] {
  return [...events].sort((a, b) => b.version - a.version);
}
