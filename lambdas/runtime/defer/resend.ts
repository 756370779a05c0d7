import { stepQueueName } from "../../../lib/contract/items/subscriber.ts";
import { type ItemKey, runOfDeferred, workflowOfRun } from "../../../lib/contract/keys.ts";
import { WAITS_SUBSCRIBER } from "../../../lib/contract/reserved.ts";
import type { DeferredItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports.ts";
import type { QueueRegister } from "../release/ports.ts";
import type { DeferredMessages, StepQueues, Wakeups } from "./ports.ts";

export interface ResendPorts {
  deferred: DeferredMessages;
  stepQueues: StepQueues;
  /** The queues that are deployed. */
  queues: Pick<QueueRegister, "read">;
}

/**
 * Sends a deferred message again, as new to its queue, then removes the item. A crash in between sends it twice, which
 * its claim makes once; a message that was deferred again meanwhile is another item and stays.
 */
export async function resend(
  item: DeferredItem,
  { deferred, stepQueues, queues }: ResendPorts,
): Promise<void> {
  const times = (item.message.deferred ?? 0) + 1;
  const queue = await queues.read(queueOf(item));
  if (!queue)
    throw new Error(`No queue "${queueOf(item)}" is deployed, to which ${item.pk} ${item.sk} could be sent.`);
  await stepQueues.send(queue.queueUrl, { ...item.message, deferred: times });
  await deferred.remove(item);
}

/**
 * The deployed queue of the message. The item's key says whose it is: of all functions that workflows and reactions
 * have, only the owner's may write under it. Whatever else the item says could be made up for another workflow.
 */
function queueOf({ message, ...key }: DeferredItem): string {
  const owner = workflowOfRun(runOfDeferred(key));
  if ("step" in message) return stepQueueName(owner, message.step);
  if ("approval" in message) return APPROVALS_QUEUE;
  return "kind" in message ? WAITS_SUBSCRIBER : owner;
}

/** Name by which the queue of approval requests is deployed. */
const APPROVALS_QUEUE = "millrace.approvals";

/**
 * What a wake-up does: sends the message if it is due, and goes to sleep again if it is not. Wake-ups may come too
 * early, since a queue delays by 15 minutes at most, too late, and twice.
 */
export async function wake(key: ItemKey, ports: ResendPorts & { wakeups: Wakeups; now: Now }): Promise<void> {
  const item = await ports.deferred.read(key);
  if (item?.kind !== "deferred" || item.dueAt === undefined) return;
  const due = Date.parse(item.dueAt);
  if (due <= ports.now()) await resend(item, ports);
  else await ports.wakeups.at(due, item);
}
