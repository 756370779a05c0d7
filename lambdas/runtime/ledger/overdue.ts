import type { Now } from "../ports/clock.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { DueDelivery, OverdueDeliveries, OverdueReminders } from "./ports.ts";

export interface OverduePorts {
  deliveries: OverdueDeliveries;
  reminders: OverdueReminders;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/**
 * Checks deliveries whose deadline has passed, and reports those that were not received: counted in total and
 * by subscriber. Those with time left are checked again later.
 */
export async function reportOverdue(expected: readonly DueDelivery[], ports: OverduePorts): Promise<void> {
  const { deliveries, reminders, now, log, metrics } = ports;
  const time = new Date(now()).toISOString();
  const early = expected.filter(({ dueAt }) => dueAt > time);
  if (early.length > 0) await reminders.remindAt(early);
  await Promise.all(
    expected.map(async (key) => {
      if (key.dueAt > time) return;
      const delivery = await deliveries.overdue(key, time);
      if (!delivery) return;
      const { event, name, subscriber, dueAt } = delivery;
      log.warn("A subscriber did not receive an event in time.", { event, name, subscriber, since: dueAt });
      metrics.count("DeliveriesOverdue");
      metrics.count("DeliveriesOverdue", 1, { subscriber });
    }),
  );
}
