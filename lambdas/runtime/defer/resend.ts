import { stepQueueName } from "../../../lib/contract/items/subscriber.ts";
import { isRequestKey, runOfDeferred } from "../../../lib/contract/keys/deferred.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { WAITS_SUBSCRIBER } from "../../../lib/contract/reserved.ts";
import { workflowOfRun } from "../../../lib/contract/runs/run-id.ts";
import type { DeferredItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { QueueRegister } from "../release/ports.ts";
import type { DeferredMessages, StepQueues, Wakeups } from "./ports.ts";

export interface ResendPorts {
  deferred: DeferredMessages;
  stepQueues: StepQueues;
  /** The queues that are deployed. */
  queues: Pick<QueueRegister, "read">;
}

/**
 * Sends a deferred message to its queue as a new one, then removes the item. A crash in between sends it
 * twice, and its claim removes the duplicate; a message that was deferred again meanwhile is another item and
 * stays.
 */
export async function resend(
  item: DeferredItem,
  { deferred, stepQueues, queues }: ResendPorts,
): Promise<void> {
  const times = (item.message.deferred ?? 0) + 1;
  const queue = await queues.read(queueOf(item));
  // A workflow's own queue starts runs, which a step may not.
  if (!queue || queue.role === "workflow")
    throw new Error(`No queue "${queueOf(item)}" is deployed, to which ${item.pk} ${item.sk} could be sent.`);
  await stepQueues.send(queue.queueUrl, { ...item.message, deferred: times });
  await deferred.remove(item);
}

/**
 * The deployed queue of the message. The item's key names its owner: of all functions of workflows and
 * reactions, only the owner's may write under it. Any other field could be forged: an approval or a call under the
 * key of a step could name any run, and decide for it.
 */
function queueOf({ message, ...key }: DeferredItem): string {
  if (isRequestKey(key)) return "approval" in message ? APPROVALS_QUEUE : WAITS_SUBSCRIBER;
  const owner = workflowOfRun(runOfDeferred(key));
  return "step" in message ? stepQueueName(owner, message.step) : owner;
}

/** Name by which the queue of approval requests is deployed. */
const APPROVALS_QUEUE = "millrace.approvals";

/**
 * Handles a reminder: sends the message if it is due, and requests another reminder if it is not. Reminders
 * may arrive too early (a queue delays by 15 minutes at most), too late, and twice.
 */
export async function wake(key: ItemKey, ports: ResendPorts & { wakeups: Wakeups; now: Now }): Promise<void> {
  const item = await ports.deferred.read(key);
  if (item?.kind !== "deferred" || item.dueAt === undefined) return;
  const due = Date.parse(item.dueAt);
  if (due <= ports.now()) await resend(item, ports);
  else await ports.wakeups.at(due, item);
}
