import type { BusEntry } from "../../../lib/contract/envelope.ts";
import { type OccurrenceMessage, occurrenceDetail } from "../../../lib/contract/trigger/schedule.ts";
import { publishAll } from "../publish/publish-all.ts";
import { dueOccurrences } from "./due.ts";
import type { SchedulePorts } from "./ports.ts";

/** Maximum number of occurrences per invocation; the next one publishes the rest. */
const MOST_AT_ONCE = 500;

/**
 * Publishes an occurrence, and those that were missed before it. They are recorded after they are on the bus:
 * a crash before that publishes them again, under the same ids. Returns whether there is more to publish.
 */
export async function publishDue(
  { schedule, scheduledFor }: OccurrenceMessage,
  { cursors, bus, now, log, metrics }: SchedulePorts,
): Promise<"published" | "more"> {
  const { name, missed } = schedule;
  const timing = `${schedule.expression} ${schedule.timeZone}`;
  const last = await cursors.read(name, timing);
  const due = dueOccurrences(schedule, missed, {
    last: last === undefined ? undefined : Date.parse(last),
    current: Date.parse(scheduledFor),
    now: now(),
  });
  const share = due.slice(0, MOST_AT_ONCE).map(toSecond);
  if (share.length === 0) return "published";
  const refused = await publishAll(
    bus,
    share.map((time) => entryOf(schedule, time)),
  );
  if (refused.length > 0) throw new Error(`The bus rejected ${refused.length} occurrences of ${name}.`);
  await cursors.write(name, timing, share.at(-1)!);
  const late = share.filter((time) => time !== scheduledFor);
  if (late.length > 0) {
    log.warn("Missed occurrences are published.", { schedule: name, from: late[0], to: late.at(-1) });
    metrics.count("OccurrencesMissed", late.length);
  }
  return due.length > share.length ? "more" : "published";
}

function entryOf(schedule: OccurrenceMessage["schedule"], time: string): BusEntry {
  return {
    Source: schedule.name,
    DetailType: schedule.event.name,
    Detail: JSON.stringify(occurrenceDetail(schedule, time)),
    Time: new Date(time),
  };
}

/** In Scheduler's format: an occurrence has one id, however often it is published. */
function toSecond(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
