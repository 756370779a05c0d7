import { approvalKey, type ItemKey, shardOf } from "../../../lib/contract/keys.ts";
import type { ApprovalMessage } from "../../../lib/contract/message.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";
import type { Approvals, Executions, Log, Now } from "../ports.ts";
import { fenceOf } from "../work/claim.ts";

export interface ApprovalPorts {
  approvals: Approvals;
  executions: Pick<Executions, "succeed">;
  now: Now;
  log: Log;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Puts a question to a person. Question and answer meet in one item, each side writing first and reading after:
 * where the decision was there before the token (an answer to the first level, say), it is handed on at once.
 */
export async function askForApproval(
  message: ApprovalMessage,
  retentionDays: number,
  ports: ApprovalPorts,
): Promise<void> {
  const { run, approval, path, level, taskToken, why, show, within } = message;
  const now = ports.now();
  const time = new Date(now).toISOString();
  const item = await ports.approvals.open({
    ...approvalKey(run.id, run.epoch, path),
    kind: "approval",
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    approval,
    path,
    state: "pending",
    level,
    token: taskToken,
    fence: fenceOf(message),
    why,
    show,
    askedAt: time,
    until: within === undefined ? undefined : new Date(Date.parse(message.entered) + within).toISOString(),
    list: shardOf("approval", run.id),
    listedAt: time,
    changedAt: time,
    revision: 1,
    unpublished: shardOf("unpublished", run.id),
    correlation: run.correlation,
    cause: run.event,
    hops: run.hops,
    traceparent: run.traceparent,
    expiresAt: Math.ceil((now + retentionDays * DAY) / 1000),
  });
  ports.log.info(`${approval} is requested.`, { asked: level, state: item.state });
  await handOver(item, ports);
}

/** Brings a decision to the state machine that waits for it. Reads the decision itself, never an event's word for it. */
export async function deliverDecision(key: ItemKey, ports: ApprovalPorts): Promise<void> {
  const item = await ports.approvals.read(key);
  if (!item) {
    ports.log.warn("An approval was announced that does not exist.", { ...key });
    return;
  }
  await handOver(item, ports);
}

async function handOver(
  { state, token, decision, approval }: ApprovalItem,
  { executions, log }: ApprovalPorts,
): Promise<void> {
  if (state !== "decided") return;
  const delivery = await executions.succeed(token, JSON.stringify(decision));
  log.info(`The decision of ${approval} ${delivery === "delivered" ? "was delivered" : "came too late"}.`, {
    ...decision,
  });
}
