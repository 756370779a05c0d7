import type { ApprovalMessage } from "../lib/contract/message.ts";
import { tableApprovals } from "./runtime/aws/approvals.ts";
import { stepFunctions } from "./runtime/aws/executions.ts";
import { sourceQueue } from "./runtime/aws/queue.ts";
import { openTable } from "./runtime/aws/table.ts";
import { numberSetting, setting } from "./runtime/environment.ts";
import { fieldsOfRun } from "./runtime/log-fields.ts";
import { queueHandler } from "./runtime/queue-handler.ts";
import { askForApproval } from "./runtime/wait/approve.ts";

/** Approval queue → a question in the table. */
const queue = sourceQueue(setting("queue"));
const retentionDays = numberSetting("retentionDays");
const ports = {
  approvals: tableApprovals(openTable(setting("table"))),
  executions: stepFunctions(undefined),
  now: Date.now,
};

export const handler = queueHandler(
  "approve",
  () => queue,
  async ({ record, about, log }) => {
    const message = JSON.parse(record.body) as ApprovalMessage;
    const { run, path, approval } = message;
    about({ ...fieldsOfRun(run), path, approval });
    await askForApproval(message, retentionDays, { ...ports, log });
    return "finished";
  },
);
