import type { Workflow } from "../../../lib/workflow/define.ts";
import { stepFunctions } from "../aws/executions.ts";
import { logOf } from "../aws/observe.ts";
import { tableQuarantine } from "../aws/quarantine.ts";
import { sourceQueue } from "../aws/queue.ts";
import { tableRuns } from "../aws/runs.ts";
import { openTable } from "../aws/table.ts";
import { numberSetting, setting } from "../environment.ts";
import { queueHandler } from "../queue-handler.ts";
import { admit } from "./admit.ts";

/** A throttled start is tried again after this long, spread so that a burst does not come back as one. */
const THROTTLED_FOR = { least: 5_000, spread: 25_000 };

/** The Lambda handler behind a workflow's intake queue. */
export function intake(workflow: Workflow) {
  const table = openTable(setting("table"));
  const queue = sourceQueue(setting("queue"));
  const spec = {
    workflow: workflow.name,
    on: workflow.on,
    version: setting("version"),
    retentionDays: numberSetting("retentionDays"),
  };
  const ports = {
    runs: tableRuns(table),
    executions: stepFunctions(setting("stateMachine")),
    quarantine: tableQuarantine(table),
    now: Date.now,
  };
  return queueHandler(
    `${workflow.name}-intake`,
    () => queue,
    async ({ record, trace, logger, metrics }) => {
      const log = logOf(logger, { workflow: workflow.name, trace });
      const outcome = await admit(record.body, spec, { ...ports, log, metrics });
      if (outcome.kind !== "throttled") return "finished";
      const pause = THROTTLED_FOR.least + Math.random() * THROTTLED_FOR.spread;
      return { at: Date.now() + pause, why: "Step Functions takes no more executions just now" };
    },
  );
}
