import { keyText } from "../../../lib/contract/keys/item-key.ts";
import type { Log } from "../ports/telemetry.ts";
import { expectedDeliveries } from "./notice.ts";
import type { ExpectedDeliveries, OverdueReminders } from "./ports.ts";

/** A message of the ledger's queue. */
export interface NoticeMessage {
  body: string;
  /** Epoch milliseconds at which the bus put it there. */
  sent: number;
}

export interface ExpectPorts {
  deliveries: ExpectedDeliveries;
  reminders: OverdueReminders;
  retentionDays: number;
  log: Log;
}

/**
 * Stores the deliveries without a receipt so far, and schedules their check. Most subscribers are faster than
 * the ledger, which waits on purpose: for deliveries that they have received, it writes nothing. Answers the
 * indexes of messages that failed.
 */
export async function expectDeliveries(messages: NoticeMessage[], ports: ExpectPorts): Promise<number[]> {
  const { deliveries, reminders, retentionDays, log } = ports;
  const failed = new Set<number>();
  const fail = (at: number, error: unknown) => {
    failed.add(at);
    log.error("The deliveries of an event could not be recorded; the queue redelivers the message.", {
      error: String(error),
      body: messages[at]!.body,
    });
  };

  const messageOf = new Map<string, number>();
  const expected = messages.flatMap(({ body, sent }, at) => {
    try {
      const items = expectedDeliveries(body, sent, retentionDays);
      const first = items.filter((item) => !messageOf.has(keyText(item)));
      for (const item of first) messageOf.set(keyText(item), at);
      return first;
    } catch (error) {
      fail(at, error);
      return [];
    }
  });
  const noted = await Promise.all(
    (await deliveries.unmarked(expected)).map(async (item) => {
      try {
        await deliveries.expect(item);
        return [item];
      } catch (error) {
        fail(messageOf.get(keyText(item))!, error);
        return [];
      }
    }),
  );
  // After the write, so that a table that refuses writes for hours does not fill the queue with checks. If
  // this fails or is interrupted, the whole batch is delivered again, and finds its deliveries stored and
  // still without a receipt.
  if (noted.flat().length > 0) await reminders.remindAt(noted.flat());
  return [...failed];
}
