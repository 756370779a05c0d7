import type { Log, Metrics, Now } from "../ports.ts";
import type { OverdueDeliveries } from "./ports.ts";

export interface WatchPorts {
  deliveries: OverdueDeliveries;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** How many deliveries one look takes, and how many looks are taken at most; the next minute goes on. */
const MOST_AT_ONCE = 100;
const MOST_LOOKS = 50;

/** Finds what nobody has taken up in time, and has it told. It is counted as a whole and for each subscriber. */
export async function watch({ deliveries, now, log, metrics }: WatchPorts): Promise<void> {
  const time = new Date(now()).toISOString();
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const due = await deliveries.due(time, MOST_AT_ONCE);
    const noted = await Promise.all(due.map((key) => deliveries.overdue(key, time)));
    for (const delivery of noted) {
      if (!delivery) continue;
      const { event, name, subscriber, dueAt } = delivery;
      log.warn("A subscriber has not taken up an event in time.", { event, name, subscriber, since: dueAt });
      metrics.count("DeliveriesOverdue");
      metrics.count("DeliveriesOverdue", 1, { subscriber });
    }
    if (due.length < MOST_AT_ONCE) return;
  }
}
