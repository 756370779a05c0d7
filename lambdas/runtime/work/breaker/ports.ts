import type { BreakerItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { Log, Metrics } from "../../ports/telemetry.ts";
import type { Observation } from "./counts.ts";

/** Breakers, one item each. */
export interface Breakers {
  /** The item, read consistently. */
  read(breaker: string): Promise<BreakerItem | undefined>;
  /** Writes the item over `revision`, or creates it. Returns the current item if its revision differs. */
  write(item: BreakerItem, revision: number | undefined): Promise<BreakerItem | undefined>;
  /**
   * Adds one call to the counts and returns the item after it, or the current item if its revision is no
   * longer that of `conditions` and nothing was counted. A repeated call by the same writer counts once.
   */
  count(
    conditions: BreakerItem,
    writer: string,
    observation: Observation,
  ): Promise<{ counted: boolean; item: BreakerItem }>;
}

export interface BreakerPorts {
  breakers: Breakers;
  now: Now;
  log: Log;
  metrics: Metrics;
}
