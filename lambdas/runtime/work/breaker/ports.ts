import type { BreakerItem } from "../../../../lib/contract/table.ts";
import type { Log, Metrics, Now } from "../../ports.ts";
import type { Observation } from "./counts.ts";

/** Breakers, one item each. */
export interface Breakers {
  /** The item, read consistently. */
  read(breaker: string): Promise<BreakerItem | undefined>;
  /** Writes the item over `revision`, or where there is none. Returns the current item if there is another. */
  write(item: BreakerItem, revision: number | undefined): Promise<BreakerItem | undefined>;
  /**
   * Adds one call to the counts and returns the item after, or the current one if it is not of `conditions`'s
   * revision any more and nothing was counted. Twice in a row by the same writer is once.
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
