import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { deferredKey, deferredRequestKey } from "../../../lib/contract/keys/deferred.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";
import type { DeferReason, DeferredItem } from "../../../lib/contract/table.ts";
import type { DeferPorts } from "./ports.ts";

/** Why a message is deferred, and until when. */
export interface Deferral {
  reason: DeferReason;
  /** Epoch milliseconds; undefined until an operator resumes. */
  due: number | undefined;
}

/** A deferral, and the nonce of the invocation that defers. */
export interface OwnDeferral extends Deferral {
  owner: string;
}

/** The message of an effect, and where its item is. */
type DeferredMessage = ItemKey &
  Pick<DeferredItem, "run" | "epoch" | "workflow" | "step" | "path" | "message" | "event" | "fence">;

/** The item of a deferred message of a step, an approval or a call. */
export function deferredItem(
  message: StepMessage | ApprovalMessage | CallChild,
  deferral: OwnDeferral,
  ports: Pick<DeferPorts, "retentionDays">,
  now: number,
): DeferredItem {
  const { run, path } = message;
  const key =
    "step" in message
      ? deferredKey(run.id, run.epoch, path, message.direction)
      : deferredRequestKey(run.id, run.epoch, path);
  const deferred = {
    ...key,
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    step: aboutOf(message),
    path,
    message,
    fence: fenceOf(message),
  };
  return deferredAs(deferred, deferral, ports, now);
}

/** The item of a deferred message. */
export function deferredAs(
  deferred: DeferredMessage,
  { reason, due, owner }: OwnDeferral,
  { retentionDays }: Pick<DeferPorts, "retentionDays">,
  now: number,
): DeferredItem {
  const { run, workflow } = deferred;
  const time = new Date(now).toISOString();
  return {
    ...deferred,
    kind: "deferred",
    reason,
    owner,
    deferredAt: time,
    changedAt: time,
    revision: 1,
    ...(due === undefined
      ? { list: shardOf(`deferred#${workflow}`, run), listedAt: time }
      : { due: shardOf("deferred-due", run), dueAt: new Date(due).toISOString() }),
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

/**
 * Defers a message, and takes it back if the pause for which it waits has ended. A resume writes the state and then
 * looks for deferred messages; here it is the other way round, so that one of the two always sees the other. If both
 * do, the message is handled twice, as after any second delivery. `written` follows the write. `superseded`: a later
 * message of the same effect is stored already.
 */
export async function deferWhile(
  item: DeferredItem,
  stillPaused: () => Promise<boolean>,
  ports: DeferPorts,
  written: (kept: boolean) => Promise<void> | void,
): Promise<"superseded" | "deferred" | "resumed"> {
  const kept = await defer(item, ports);
  await written(kept);
  if (!kept) return "superseded";
  if (item.dueAt !== undefined || (await stillPaused())) return "deferred";
  await ports.deferred.remove(item);
  return "resumed";
}
