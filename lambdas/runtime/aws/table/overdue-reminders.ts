import type { ReminderMessage } from "../../ledger/messages.ts";
import type { OverdueReminders } from "../../ledger/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { messageQueue } from "../queues/message-queue.ts";

/** A key may have 3 KB, and a message 1 MiB. */
const MOST_IN_A_MESSAGE = 200;

/** Checks as delayed messages of the ledger's own queue; one that arrives too early is sent again. */
export function delayedReminders(
  url: string,
  now: Now = Date.now,
  queue = messageQueue(url),
): OverdueReminders {
  return {
    async remindAt(deliveries) {
      const byTime = deliveries.toSorted((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt));
      while (byTime.length > 0) {
        const look = byTime.splice(0, MOST_IN_A_MESSAGE).map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
        const message: ReminderMessage = { look };
        await queue.send(message, Date.parse(look[0]!.dueAt) - now());
      }
    },
  };
}
