import type { EventContract } from "../event.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

/** When: every so often, by a cron expression of EventBridge Scheduler (six fields), or once. */
type When =
  | { every: `${number} ${"minutes" | "hours" | "days"}`; cron?: undefined; at?: undefined }
  | { cron: string; every?: undefined; at?: undefined }
  /** Local time of the time zone, "2026-12-24T18:00:00". */
  | { at: string; every?: undefined; cron?: undefined };

type ScheduleOptions<E extends EventContract> = When & {
  event: E;
  /** IANA name; the schedule follows its daylight saving. @default "UTC" */
  timeZone?: string;
  /** Fields of the event's payload, beside `scheduledFor`. */
  data?: Record<string, unknown>;
  /** What becomes of occurrences that could not be told in time: all of the last 24 hours come later, or none. @default "all" */
  missed?: "all" | "skip";
};

/** A time that comes round and begins something. */
export interface ScheduleSpec<E extends EventContract = EventContract> extends TriggerSpec {
  readonly event: E;
  /** In EventBridge Scheduler's words: "cron(0 7 * * ? *)". */
  readonly expression: string;
  readonly timeZone: string;
  readonly data: Record<string, unknown>;
  readonly missed: "all" | "skip";
}

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/**
 * Declares a schedule. Each occurrence is one event, whose payload holds the time it was meant for (`scheduledFor`, ISO
 * 8601, UTC) beside `data`. Throws a TypeError that names the option which cannot be as it is.
 */
export function defineSchedule<E extends EventContract>(
  name: string,
  options: ScheduleOptions<E>,
): ScheduleSpec<E> {
  const { event, timeZone = "UTC", data = {}, missed = "all", every, cron, at } = options;
  triggerName("Schedule", name);
  if (at !== undefined && !LOCAL_TIME.test(at)) {
    throw new TypeError(
      `Schedule "${name}": at is ${at}. Write it as "2026-12-24T18:00:00", in ${timeZone}.`,
    );
  }
  const expression = every ? `rate(${singular(every)})` : cron ? `cron(${cron})` : `at(${at})`;
  return { name, event, events: [event], expression, timeZone, data, missed };
}

/** Scheduler takes "1 hour" and "2 hours". */
function singular(every: string): string {
  return every.startsWith("1 ") ? every.slice(0, -1) : every;
}
