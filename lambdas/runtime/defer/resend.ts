import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { ParkedItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports.ts";
import type { ParkedMessages, StepQueues, Wakeups } from "./ports.ts";

export interface ResendPorts {
  parked: ParkedMessages;
  stepQueues: StepQueues;
}

/**
 * Sends a parked message again, as new to its queue, then removes the item. A crash in between sends it twice, which
 * its claim makes once; a message that was parked anew meanwhile is another item and stays.
 */
export async function resend(item: ParkedItem, { parked, stepQueues }: ResendPorts): Promise<void> {
  const times = (item.message.parked ?? 0) + 1;
  await stepQueues.send(item.queueUrl, { ...item.message, parked: times });
  await parked.remove(item);
}

/**
 * What a wake-up does: sends the message if it is due, and goes to sleep again if it is not. Wake-ups may come too
 * early, since a queue delays by 15 minutes at most, too late, and twice.
 */
export async function wake(key: ItemKey, ports: ResendPorts & { wakeups: Wakeups; now: Now }): Promise<void> {
  const item = await ports.parked.read(key);
  if (item?.dueAt === undefined) return;
  const due = Date.parse(item.dueAt);
  if (due <= ports.now()) await resend(item, ports);
  else await ports.wakeups.at(due, item);
}
