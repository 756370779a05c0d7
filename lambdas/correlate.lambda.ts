import type { BusEvent } from "../lib/contract/envelope.ts";
import { approvalKey } from "../lib/contract/keys/approval.ts";
import { setting } from "./runtime/aws/environment.ts";
import { sourceQueue } from "./runtime/aws/queues/queue.ts";
import { stepFunctions } from "./runtime/aws/runs/executions.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { tableApprovals } from "./runtime/aws/waits/approvals.ts";
import { queueHandler } from "./runtime/handlers/queue-handler.ts";
import { deliverDecision } from "./runtime/wait/approve.ts";

/** "approval.decided" → the state machine that waits for the decision. */
const queue = sourceQueue(setting("queue"));
const ports = {
  approvals: tableApprovals(openTable(setting("table"))),
  executions: stepFunctions(undefined),
  now: Date.now,
};

export const handler = queueHandler(
  "correlate",
  () => queue,
  async ({ record, about, log }) => {
    const { detail } = JSON.parse(record.body) as BusEvent & {
      detail: { run: string; epoch: number; path: string };
    };
    about({ run: detail.run, epoch: detail.epoch, path: detail.path });
    await deliverDecision(approvalKey(detail.run, detail.epoch, detail.path), { ...ports, log });
    return "finished";
  },
);
