import type { Bus } from "../ports/bus.ts";
import type { Now } from "../ports/clock.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";

/** The last published occurrence of each schedule. */
export interface ScheduleCursors {
  /** ISO time of the newest published occurrence with this timing; undefined if there is none. */
  read(schedule: string, timing: string): Promise<string | undefined>;
  /**
   * Records an occurrence (ISO) as published. With the same timing, an older one than the recorded one
   * changes nothing.
   */
  write(schedule: string, timing: string, last: string): Promise<void>;
}

export interface SchedulePorts {
  cursors: ScheduleCursors;
  bus: Bus;
  now: Now;
  log: Log;
  metrics: Metrics;
}
