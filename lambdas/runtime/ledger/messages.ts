import { type ExpectPorts, expectDeliveries, type NoticeMessage } from "./expect.ts";
import { type OverduePorts, reportOverdue } from "./overdue.ts";
import type { DueDelivery } from "./ports.ts";

/** What the ledger sends itself: deliveries to look at when their time is over. */
export interface ReminderMessage {
  look: readonly DueDelivery[];
}

export type LedgerPorts = ExpectPorts & OverduePorts;

/** Handles a batch of the ledger's queue: notices of events, and looks at what is due. Answers the indexes of messages that failed. */
export async function handleMessages(messages: NoticeMessage[], ports: LedgerPorts): Promise<number[]> {
  const reminders: number[] = [];
  const notices: number[] = [];
  for (const [at, { body }] of messages.entries()) (reminderOf(body) ? reminders : notices).push(at);
  const failed = await expectDeliveries(
    notices.map((at) => messages[at]!),
    ports,
  );
  const looked = reminders.map(async (at) => {
    try {
      await reportOverdue(reminderOf(messages[at]!.body)!, ports);
      return [];
    } catch (error) {
      ports.log.error("Due deliveries could not be checked; the queue redelivers the message.", {
        error: String(error),
      });
      return [at];
    }
  });
  return [...failed.map((at) => notices[at]!), ...(await Promise.all(looked)).flat()];
}

/** Anything can lie in a queue: what is no look is taken for a notice, which says what is wrong with it. */
function reminderOf(body: string): readonly DueDelivery[] | undefined {
  try {
    return (JSON.parse(body) as ReminderMessage | null)?.look;
  } catch {
    return undefined;
  }
}
