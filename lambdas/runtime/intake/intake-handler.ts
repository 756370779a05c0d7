import type { Workflow } from "../../../lib/workflow/define.ts";
import { tableAdmissions } from "../aws/admissions.ts";
import { stepFunctions } from "../aws/executions.ts";
import { tableLanes } from "../aws/lanes.ts";
import { artifactsOf } from "../aws/lazy-artifacts.ts";
import { logOf } from "../aws/observe.ts";
import { tableQuarantine } from "../aws/quarantine.ts";
import { sourceQueue } from "../aws/queue.ts";
import { delayedReminders } from "../aws/reminders.ts";
import { tableRuns } from "../aws/runs.ts";
import { openTable } from "../aws/table.ts";
import { numberSetting, setting } from "../environment.ts";
import { queueHandler } from "../queue-handler.ts";
import { admit } from "./admit.ts";

/** A throttled start is tried again after this long, spread so that a burst does not come back as one. */
const THROTTLED_FOR = { least: 5_000, spread: 25_000 };

/** The Lambda handler behind a workflow's intake queue. */
export function intake({ name, on, budget, perKey, mostHops }: Workflow) {
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
  const ports = {
    runs: tableRuns(table),
    executions: stepFunctions(setting("stateMachine")),
    quarantine: tableQuarantine(table, url),
    lanes: tableLanes(table, name),
    reminders: delayedReminders(url),
    admissions: tableAdmissions(table),
    artifacts: artifactsOf(setting("artifacts")),
    now: Date.now,
  };
  return queueHandler(
    `${name}-intake`,
    () => queue,
    async ({ record, trace, logger, metrics }) => {
      const log = logOf(logger, { workflow: name, trace });
      const outcome = await admit(record.body, spec, { ...ports, log, metrics });
      if (outcome.kind !== "throttled") return "finished";
      const pause = THROTTLED_FOR.least + Math.random() * THROTTLED_FOR.spread;
      return { at: Date.now() + pause, why: "Step Functions takes no more executions just now" };
    },
  );
}
