import { parkedKey, shardOf } from "../../../lib/contract/keys.ts";
import type { ApprovalMessage, CallChild, StepMessage } from "../../../lib/contract/message.ts";
import type { ParkedItem, ParkedReason } from "../../../lib/contract/table.ts";
import { fenceOf } from "../work/claim.ts";
import type { ParkPorts } from "./ports.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** The item that keeps a message until `due` (epoch milliseconds), or until somebody resumes what is paused. */
export function parkedItem(
  message: StepMessage | ApprovalMessage | CallChild,
  { reason, due, owner }: { reason: ParkedReason; due: number | undefined; owner: string },
  { retentionDays }: Pick<ParkPorts, "retentionDays">,
  now: number,
): ParkedItem {
  const { run, path } = message;
  const direction = "direction" in message ? message.direction : "do";
  const time = new Date(now).toISOString();
  return {
    ...parkedKey(run.id, run.epoch, path, direction),
    kind: "parked",
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    step: aboutOf(message),
    path,
    reason,
    owner,
    message,
    fence: fenceOf(message),
    parkedAt: time,
    changedAt: time,
    revision: 1,
    ...(due === undefined
      ? { list: shardOf(`parked#${run.workflow}`, run.id), listedAt: time }
      : { due: shardOf("parked-due", run.id), dueAt: new Date(due).toISOString() }),
    expiresAt: Math.ceil((due ?? now) / 1000) + retentionDays * DAY_SECONDS,
  };
}

function aboutOf(message: StepMessage | ApprovalMessage | CallChild): string {
  if ("step" in message) return message.step;
  return "approval" in message ? message.approval : message.workflow;
}

/**
 * Keeps a message outside of its queue. Answers false where a later message of the same effect is kept already. With a
 * time, the wake-up is ordered after the item is written: a crash in between leaves the message in its queue.
 */
export async function park(item: ParkedItem, { parked, wakeups }: ParkPorts): Promise<boolean> {
  if (!(await parked.put(item))) return false;
  if (item.dueAt !== undefined) await wakeups.at(Date.parse(item.dueAt), item);
  return true;
}
