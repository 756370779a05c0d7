import type { Log, Metrics, Now } from "../ports.ts";
import type { Change } from "./change.ts";

/** What it takes to tell changes that the relay did not. */
export interface RepublishPorts {
  /** As the relay publishes them: the index of the first that the bus refused, or undefined. */
  relay(changes: Change[]): Promise<number | undefined>;
  now: Now;
  log: Log;
  metrics: Metrics;
}
