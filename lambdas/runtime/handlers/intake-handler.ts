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
import { type Delivery, type QueueHandler, queueHandler } from "./queue-handler.ts";

/** A handler of events, which may do the work of their runs as well. */
export type IntakeHandler = QueueHandler & {
  /** The same handler, with what does the work of a run without an execution. */
  working(work: Work): QueueHandler;
};

/** Does the work of the run that a delivery brought. */
type Work = (delivery: Delivery) => Pick<ExpressLane, "firstEffect" | "acceptAndClaim" | "work">;

/** The Lambda handler behind a workflow's intake queue. */
export function intake(workflow: Workflow): QueueHandler {
  const { name, on, budget, perKey, sharedLimit, batch, startWithin, mostHops, delivery } = workflow;
  const table = openTable(setting("table"));
  // The function of an express workflow reads the queue of its steps, too.
  const url = optionalSetting("intakeQueue") ?? setting("queue");
  const queue = sourceQueue(url);
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
    leavesNothing: optionalSetting("leavesNothing") !== undefined,
    version: spec.version,
    now: Date.now,
  };
  const handler = (express?: (delivery: Delivery) => ExpressLane) =>
    queueHandler(
      `${name}-intake`,
      () => queue,
      async (delivery) => {
        const { record, about, log, metrics } = delivery;
        about({ workflow: name });
        const lane = express?.(delivery);
        if (lane && !(await lane.plan(spec.version))) return UNFINISHED_DEPLOYMENT();
        const replay = await replayOf(record.body, replays);
        const brought = replay && { replay, replays };
        const outcome = await admit(
          record.body,
          spec,
          { ...ports, express: lane, about, log, metrics },
          brought,
        );
        return outcome.kind === "throttled" ? { throttled: "StartExecution was refused." } : "finished";
      },
    );
  const working = (work: Work) => handler(expressLane(name, table, work));
  return Object.assign(handler(), { working }) satisfies IntakeHandler;
}

/** A function is deployed before the plan of its version is recorded. */
const UNFINISHED_DEPLOYMENT = () => ({
  at: Date.now() + 5_000,
  why: "the deployment of its workflow is not finished",
});

/** How runs start without an execution. */
function expressLane(workflow: string, table: Table, work: Work): (delivery: Delivery) => ExpressLane {
  const { find } = tableReleases(table);
  const planOf = remembering(async (workflow, version) => {
    const release = await find(workflow, version);
    return release?.express === undefined ? undefined : (JSON.parse(release.express) as ExpressPlan);
  });
  const plan = (version: string) => planOf(workflow, version);
  const send = expressQueue(setting("queue"));
  return (delivery) => ({ plan, send, ...work(delivery) });
}
