import type { BusEvent } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { WaitMessage } from "../../../lib/contract/message.ts";
import { stepFunctions } from "../aws/executions.ts";
import { artifactsOf } from "../aws/lazy-artifacts.ts";
import { logOf } from "../aws/observe.ts";
import { tableQuarantine } from "../aws/quarantine.ts";
import { sourceQueue } from "../aws/queue.ts";
import { tableRuns } from "../aws/runs.ts";
import { openTable } from "../aws/table.ts";
import { stepFunctionsHistory } from "../aws/task-history.ts";
import { controlTerminator } from "../aws/terminator.ts";
import { tableWaits } from "../aws/waits.ts";
import { numberSetting, setting } from "../environment.ts";
import { queueHandler } from "../queue-handler.ts";
import { receive } from "./receive.ts";
import { wait } from "./wait.ts";

/**
 * The Lambda handler behind the queue of waits: `export const handler = waits(workflows.flatMap(awaitedEvents))`.
 * It takes the events that workflows wait for, and what state machines ask of them.
 */
export function waits(events: readonly EventContract[]) {
  const table = openTable(setting("table"));
  const queue = sourceQueue(setting("queue"));
  const awaited = { events: newestFirst(events), retentionDays: numberSetting("retentionDays") };
  const ports = {
    waits: tableWaits(table),
    runs: tableRuns(table),
    quarantine: tableQuarantine(table, setting("queue")),
    executions: stepFunctions(undefined),
    history: stepFunctionsHistory(setting("stateMachines")),
    artifacts: artifactsOf(setting("artifacts")),
    terminator: controlTerminator(setting("controlQueue")),
    now: Date.now,
  };
  return queueHandler(
    "waits",
    () => queue,
    async ({ record, trace, logger, metrics }) => {
      const message = JSON.parse(record.body) as BusEvent | WaitMessage;
      if ("detail-type" in message) {
        const log = logOf(logger, { event: message["detail-type"], trace });
        await receive(message, record.body, awaited, { ...ports, log, metrics });
      } else {
        const { run } = message;
        const about = { run: run.id, workflow: run.workflow, event: run.event };
        const log = logOf(logger, { ...about, trace: run.traceparent ?? trace });
        await wait(message, awaited.retentionDays, { ...ports, log, metrics });
      }
      return "finished";
    },
  );
}

/** Workflows that wait for different versions of an event all read the newest. */
function newestFirst(events: readonly EventContract[]): EventContract[] {
  return [...events].sort((a, b) => b.version - a.version);
}
