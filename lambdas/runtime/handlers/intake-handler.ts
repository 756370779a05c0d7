import { milliseconds } from "../../../lib/contract/duration.ts";
import type { ExpressPlan } from "../../../lib/contract/groups/express.ts";
import { workflowSettings } from "../../../lib/contract/settings/declared.ts";
import { defaultsOf } from "../../../lib/contract/switches.ts";
import type { Workflow } from "../../../lib/workflow/workflow.ts";
import { tableQuarantine } from "../aws/control/quarantine.ts";
import { tableReplays } from "../aws/control/replays.ts";
import { numberSetting, optionalSetting, setting } from "../aws/environment.ts";
import { artifactsOf } from "../aws/files/artifacts.ts";
import { tableDeliveryReceipts } from "../aws/ledger/deliveries.ts";
import { expressQueue } from "../aws/queues/express.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import { delayedReminders } from "../aws/queues/reminders.ts";
import { tableReleases } from "../aws/release/releases.ts";
import { tableAdmissions } from "../aws/runs/admissions.ts";
import { tableBatches } from "../aws/runs/batches.ts";
import { stepFunctions } from "../aws/runs/executions.ts";
import { tableKeyQueues } from "../aws/runs/key-queues.ts";
import { tableRuns } from "../aws/runs/runs.ts";
import { tableSharedLimits } from "../aws/runs/shared-limits.ts";
import { openTable, type Table } from "../aws/table/table.ts";
import type { ExpressLane } from "../express/ports.ts";
import { admit } from "../intake/admit.ts";
import { replayOf } from "../replay/replay-of.ts";
import { remembering } from "../work/route-to-version.ts";
import { queueHandler } from "./queue-handler.ts";

/** The Lambda handler behind a workflow's intake queue. */
export function intake(workflow: Workflow) {
  const { name, on, budget, perKey, sharedLimit, batch, startWithin, mostHops, delivery } = workflow;
  const table = openTable(setting("table"));
  const url = setting("queue");
  const queue = sourceQueue(url);
  const lane = expressLane(name, table);
  const spec = {
    workflow: name,
    on,
    budget,
    perKey,
    sharedLimit,
    batch,
    startWithin: startWithin && milliseconds(startWithin),
    mostHops,
    settings: workflowSettings(workflow),
    switches: Object.keys(workflow.switches).length > 0 ? defaultsOf(workflow.switches) : undefined,
    reads: JSON.parse(setting("eventReads")) as string[],
    version: setting("version"),
    retentionDays: numberSetting("retentionDays"),
  };
  const replays = tableReplays(table);
  const ports = {
    runs: tableRuns(table),
    executions: stepFunctions(setting("stateMachine")),
    quarantine: tableQuarantine(table, { queued: true }),
    keyQueues: tableKeyQueues(table, name),
    limits: sharedLimit && tableSharedLimits(table, sharedLimit.limit.name),
    batches: tableBatches(table, name),
    reminders: delayedReminders(url),
    admissions: tableAdmissions(table),
    deliveries: tableDeliveryReceipts(table, spec.retentionDays, delivery.ledger === "none" ? [] : [name]),
    artifacts: artifactsOf(setting("artifacts")),
    express: lane,
    leavesNothing: optionalSetting("leavesNothing") !== undefined,
    now: Date.now,
  };
  return queueHandler(
    `${name}-intake`,
    () => queue,
    async ({ record, about, log, metrics }) => {
      about({ workflow: name });
      const replay = await replayOf(record.body, replays);
      const brought = replay && { replay, replays };
      const outcome = await admit(record.body, spec, { ...ports, about, log, metrics }, brought);
      return outcome.kind === "throttled" ? { throttled: "StartExecution was refused." } : "finished";
    },
  );
}

/** How its runs start without an execution; undefined if they have one. */
function expressLane(workflow: string, table: Table): ExpressLane | undefined {
  const url = optionalSetting("expressQueue");
  if (url === undefined) return undefined;
  const find = remembering(tableReleases(table).find);
  return {
    send: expressQueue(url),
    async plan(version) {
      const release = await find(workflow, version);
      return release?.express === undefined ? undefined : (JSON.parse(release.express) as ExpressPlan);
    },
  };
}
