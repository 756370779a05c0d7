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
