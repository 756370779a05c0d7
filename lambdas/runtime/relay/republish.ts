import type { TableItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { Change } from "./change.ts";

/** What is needed to publish changes that the relay did not publish. */
export interface RepublishPorts {
  /** As the relay publishes them: the index of the first that the bus rejected, or undefined. */
  relay(changes: Change[]): Promise<number | undefined>;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/**
 * Publishes what the relay missed, from the items as they are. What the bus rejects counts as failed, not as
 * missed: a relay that does not run is another fault than a bus that fails. Answers whether all of it is
 * published.
 */
export async function republish(
  items: readonly TableItem[],
  { relay, metrics }: Pick<RepublishPorts, "relay" | "metrics">,
): Promise<boolean> {
  let published = 0;
  try {
    published = (await relay(items.map((after) => ({ after })))) ?? items.length;
  } finally {
    if (published > 0) metrics.count("ChangesMissed", published);
    if (published < items.length) metrics.count("ChangesFailed", items.length - published);
  }
  return published === items.length;
}
