import { fenceOf } from "../../../lib/contract/fence.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { CallChild, WaitMessage } from "../../../lib/contract/messages/wait-message.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { signalEvent } from "../wait/awaited-events.ts";
import { winnerWaiter } from "../wait/race.ts";
import { childId } from "../wait/wait-keys.ts";
import { cancelWaiter, childWaiter, eventWaiter, signalWaiter } from "../wait/waiters.ts";

/** A message that an execution sends to a queue of Millrace. */
export type SentMessage = StepMessage | ApprovalMessage | WaitMessage;

/** A message that no worker handles: its arrival leaves an item in the table. */
export type ItemMessage = Exclude<SentMessage, StepMessage>;

export function leavesItem(message: SentMessage): message is ItemMessage {
  return !("step" in message);
}

/** Keys of the items that such a message leaves. A call may wait for a run of an earlier epoch. */
export function arrivalKeys(message: ItemMessage): ItemKey[] {
  const { run } = message;
  if ("approval" in message) return [approvalKey(run.id, run.epoch, message.path)];
  switch (message.kind) {
    case "event":
      return [eventWaiter(message, 0)];
    case "signalled":
      return [signalWaiter(message, 0)];
    case "race":
      return [winnerWaiter(message, message.winner, 0)];
    case "signal":
      return [signalEvent(message, { now: 0, retentionDays: 0 })];
    case "cancel-on":
      return [cancelWaiter(message, 0)];
    case "child":
      return childrenOf(message).map((child) => childWaiter(message, child, 0));
    default:
      // A part of a list is handled at once, and leaves only its answer.
      return [];
  }
}

/**
 * Whether one of the items proves that the message arrived and will still be answered. A decided approval, or
 * a wait that has its event, proves nothing while the execution still waits: the answer is lost. `hasEnded`:
 * of a called run.
 */
export function isArrived(
  message: ItemMessage,
  items: readonly TableItem[],
  hasEnded: (run: string) => boolean,
): boolean {
  if (!("taskToken" in message) || message.taskToken === undefined) return items.length > 0;
  const fence = fenceOf(message);
  return items.some((item) => {
    if (item.kind === "approval") return item.state === "pending" && item.fence >= fence && !isOver(message);
    if (item.kind !== "waiter" || item.fence < fence) return false;
    return item.state === "waiting" && !(item.purpose === "child" && hasEnded(item.key));
  });
}

/** The state has timed out and sends another message: it waits for the result of the timeout. */
function isOver(message: ItemMessage): boolean {
  return "over" in message && message.over === true;
}

/** The runs that a call may have started, one for each epoch that counts. */
export function childrenOf(message: CallChild): string[] {
  const { epoch, restarted = 1 } = message.run;
  return Array.from({ length: epoch - restarted + 1 }, (_, back) => childId(message, epoch - back));
}
