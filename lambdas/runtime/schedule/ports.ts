import type { Bus, Log, Metrics, Now } from "../ports.ts";

/** How far schedules have been told. */
export interface ScheduleCursors {
  /** ISO time of the newest occurrence that was told by this timing; undefined where there is none. */
  read(schedule: string, timing: string): Promise<string | undefined>;
  /** Notes an occurrence (ISO) as told. Of the same timing, an older one than is noted changes nothing. */
  write(schedule: string, timing: string, last: string): Promise<void>;
}

export interface SchedulePorts {
  cursors: ScheduleCursors;
  bus: Bus;
  now: Now;
  log: Log;
  metrics: Metrics;
}
