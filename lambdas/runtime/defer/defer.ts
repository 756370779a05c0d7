import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";
import type { DeferReason, DeferredItem } from "../../../lib/contract/table.ts";
import { fenceOf } from "../work/claim.ts";
import type { DeferPorts } from "./ports.ts";

/** The item of a deferred message, until `due` (epoch milliseconds) or until an operator resumes. */
export function deferredItem(
  message: StepMessage | ApprovalMessage | CallChild,
  { reason, due, owner }: { reason: DeferReason; due: number | undefined; owner: string },
  { retentionDays }: Pick<DeferPorts, "retentionDays">,
  now: number,
): DeferredItem {
  const { run, path } = message;
  const direction = "direction" in message ? message.direction : "do";
  const time = new Date(now).toISOString();
  return {
    ...deferredKey(run.id, run.epoch, path, direction),
    kind: "deferred",
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    step: aboutOf(message),
    path,
    reason,
    owner,
    message,
    fence: fenceOf(message),
    deferredAt: time,
    changedAt: time,
    revision: 1,
    ...(due === undefined
      ? { list: shardOf(`deferred#${run.workflow}`, run.id), listedAt: time }
      : { due: shardOf("deferred-due", run.id), dueAt: new Date(due).toISOString() }),
    expiresAt: expiryAfter(due ?? now, retentionDays),
  };
}

function aboutOf(message: StepMessage | ApprovalMessage | CallChild): string {
  if ("step" in message) return message.step;
  return "approval" in message ? message.approval : message.workflow;
}

/**
 * Defers a message. Answers false if a later message of the same effect is stored already. With a time, the
 * reminder is requested after the item is written: a crash in between leaves the message in its queue.
 */
export async function defer(item: DeferredItem, { deferred, wakeups }: DeferPorts): Promise<boolean> {
  if (!(await deferred.put(item))) return false;
  if (item.dueAt !== undefined) await wakeups.at(Date.parse(item.dueAt), item);
  return true;
}
