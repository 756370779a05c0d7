import type { Workflow } from "../../../lib/workflow/define.ts";
import { tableAdmissions } from "../aws/admissions.ts";
import { tableDeliveryMarks } from "../aws/deliveries.ts";
import { stepFunctions } from "../aws/executions.ts";
import { tableLanes } from "../aws/lanes.ts";
import { artifactsOf } from "../aws/lazy-artifacts.ts";
import { tableQuarantine } from "../aws/quarantine.ts";
import { sourceQueue } from "../aws/queue.ts";
import { delayedReminders } from "../aws/reminders.ts";
import { tableReplays } from "../aws/replays.ts";
import { tableRuns } from "../aws/runs.ts";
import { openTable } from "../aws/table.ts";
import { numberSetting, setting } from "../environment.ts";
import { queueHandler } from "../queue-handler.ts";
import { replayOf } from "../replay/replay-of.ts";
import { admit } from "./admit.ts";
import { admitReplayed } from "./replayed.ts";

/** The Lambda handler behind a workflow's intake queue. */
export function intake({ name, on, budget, perKey, mostHops, delivery }: Workflow) {
  const table = openTable(setting("table"));
  const url = setting("queue");
  const queue = sourceQueue(url);
  const spec = {
    workflow: name,
    on,
    budget,
    perKey,
    mostHops,
    reads: JSON.parse(setting("eventReads")) as string[],
    version: setting("version"),
    retentionDays: numberSetting("retentionDays"),
  };
  const replays = tableReplays(table);
  const ports = {
    runs: tableRuns(table),
    executions: stepFunctions(setting("stateMachine")),
    quarantine: tableQuarantine(table, url),
    lanes: tableLanes(table, name),
    reminders: delayedReminders(url),
    admissions: tableAdmissions(table),
    deliveries: tableDeliveryMarks(table, spec.retentionDays, delivery.ledger === "none" ? [] : [name]),
    artifacts: artifactsOf(setting("artifacts")),
    now: Date.now,
  };
  return queueHandler(
    `${name}-intake`,
    () => queue,
    async ({ record, about, log, metrics }) => {
      about({ workflow: name });
      const replay = await replayOf(record.body, replays);
      const outcome = replay
        ? await admitReplayed(record.body, replay, spec, { ...ports, about, log, metrics, replays })
        : await admit(record.body, spec, { ...ports, about, log, metrics });
      return outcome.kind === "throttled" ? { throttled: "StartExecution was refused." } : "finished";
    },
  );
}
