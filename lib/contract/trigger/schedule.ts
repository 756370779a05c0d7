import { DefinitionError } from "../definition-error.ts";
import { ENVELOPE_KEY } from "../envelope.ts";
import type { EventContract } from "../event.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

/** The timing: a rate, a cron expression of EventBridge Scheduler (six fields), or one time. */
type When =
  | { every: `${number} ${"minute" | "hour" | "day"}${"s" | ""}`; cron?: undefined; at?: undefined }
  | { cron: string; every?: undefined; at?: undefined }
  /** Local time of the time zone, "2026-12-24T18:00:00". */
  | { at: string; every?: undefined; cron?: undefined };

type ScheduleOptions<E extends EventContract> = When & {
  event: E;
  /** IANA name; the schedule follows its daylight saving. @default "UTC" */
  timeZone?: string;
  /** Fields of the event's payload, in addition to `scheduledFor`. */
  data?: Record<string, unknown>;
  /** What happens to occurrences that were not published in time. @default "all" */
  missed?: Missed;
};

/**
 * What happens to occurrences that were not published in time, because the schedule was disabled or publishing
 * failed. all: each is published as soon as possible. last: only the newest of them. skip: none.
 */
export type Missed = "all" | "last" | "skip";

/** A recurring time that publishes an event. */
export interface ScheduleSpec<E extends EventContract = EventContract> extends TriggerSpec {
  readonly event: E;
  /** In EventBridge Scheduler's format: "cron(0 7 * * ? *)". */
  readonly expression: string;
  readonly timeZone: string;
  readonly data: Record<string, unknown>;
  readonly missed: Missed;
}

/** What Scheduler sends for an occurrence of a schedule that publishes missed ones later. */
export interface OccurrenceMessage {
  schedule: Pick<ScheduleSpec, "name" | "expression" | "timeZone" | "data"> & {
    event: { name: string; version: number };
    missed: Exclude<Missed, "skip">;
  };
  /** ISO 8601, to the second, UTC. */
  scheduledFor: string;
}

/**
 * The event of an occurrence, as a bus entry. Its id is derived from the schedule and the occurrence's time,
 * so that an occurrence that is published twice is one event.
 */
export function occurrenceDetail(
  { name, event, data }: OccurrenceMessage["schedule"] | ScheduleSpec,
  scheduledFor: string,
): Record<string, unknown> {
  const id = `${name}/${scheduledFor}`;
  return {
    ...data,
    scheduledFor,
    [ENVELOPE_KEY]: { id, subject: name, version: event.version, time: scheduledFor },
  };
}

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/**
 * Declares a schedule. Each occurrence is one event, whose payload contains its scheduled time
 * (`scheduledFor`, ISO 8601, UTC) in addition to `data`. Throws a DefinitionError that names the invalid option.
 */
export function defineSchedule<E extends EventContract>(
  name: string,
  options: ScheduleOptions<E>,
): ScheduleSpec<E> {
  const { event, timeZone = "UTC", data = {}, missed = "all", every, cron, at } = options;
  triggerName("Schedule", name);
  if (at !== undefined && !LOCAL_TIME.test(at)) {
    throw new DefinitionError(
      `Schedule "${name}": "at" is ${at}. Use the form "2026-12-24T18:00:00", in ${timeZone}.`,
    );
  }
  const expression = every ? `rate(${singular(every)})` : cron ? `cron(${cron})` : `at(${at})`;
  return { name, event, events: [event], expression, timeZone, data, missed };
}

/** Scheduler requires "1 hour" and "2 hours". */
function singular(every: string): string {
  return every.startsWith("1 ") ? every.replace(/s$/, "") : every;
}
