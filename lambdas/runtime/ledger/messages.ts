import { type ExpectPorts, expectDeliveries, type NoticeMessage } from "./expect.ts";
import { type OverduePorts, reportOverdue } from "./overdue.ts";
import type { DueDelivery } from "./ports.ts";

/** The ledger's message to itself: deliveries to check after their deadline. */
export interface ReminderMessage {
  look: readonly DueDelivery[];
}

export type LedgerPorts = ExpectPorts & OverduePorts;

/**
 * Handles a batch of the ledger's queue: notices of events, and checks that are due. Answers the indexes of
 * messages that failed.
 */
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

/**
 * A queue can contain anything: what is not a check is parsed as a notice, whose error says what is wrong
 * with it.
 */
function reminderOf(body: string): readonly DueDelivery[] | undefined {
  try {
    return (JSON.parse(body) as ReminderMessage | null)?.look;
  } catch {
    return undefined;
  }
}
