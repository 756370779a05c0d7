import { randomUUID } from "node:crypto";
import type { ApprovalMessage } from "../lib/contract/messages/approval-message.ts";
import { numberSetting, setting } from "./runtime/aws/environment.ts";
import { sourceQueue } from "./runtime/aws/queues/queue.ts";
import { delayedWakeups } from "./runtime/aws/queues/step-queues.ts";
import { stepFunctions } from "./runtime/aws/runs/executions.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { tableApprovals } from "./runtime/aws/waits/approvals.ts";
import { tableDeferred } from "./runtime/aws/work/deferred.ts";
import { tableStartConditions } from "./runtime/aws/work/start-conditions.ts";
import { queueHandler } from "./runtime/handlers/queue-handler.ts";
import { fieldsOfRun } from "./runtime/telemetry/log-fields.ts";
import { askForApproval } from "./runtime/wait/approve.ts";

/** Approval queue → an approval in the table. */
const queue = sourceQueue(setting("queue"));
const table = openTable(setting("table"));
const ports = {
  approvals: tableApprovals(table),
  executions: stepFunctions(undefined),
  startConditions: tableStartConditions(table),
  deferred: tableDeferred(table),
  wakeups: delayedWakeups(setting("controlQueue")),
  retentionDays: numberSetting("retentionDays"),
  now: Date.now,
};

export const handler = queueHandler(
  "approve",
  () => queue,
  async ({ record, about, log }) => {
    const message = JSON.parse(record.body) as ApprovalMessage;
    const { run, path, approval } = message;
    about({ ...fieldsOfRun(run), path, approval });
    await askForApproval(message, { ...ports, owner: randomUUID(), log });
    return "finished";
  },
);
