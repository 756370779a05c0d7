import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { DeadLetterItem } from "../../../lib/contract/table.ts";
import { eventFor, type Origin } from "./event-for.ts";

/** The events of a dead letter: its creation and its resolution. */
export function eventsOfDeadLetter(before: DeadLetterItem | undefined, after: DeadLetterItem): Envelope[] {
  const { id, subscriber, purpose, step, run, epoch, path, event, reason, receives, resolved } = after;
  const correlation = after.correlation ?? id;
  const origin: Origin = { run, correlation, cause: event?.id ?? correlation, hops: 0 };
  const about = {
    deadLetter: id,
    subscriber,
    purpose,
    step,
    run,
    epoch,
    path,
    reason,
    receives,
    ...(event && { event: { id: event.id, name: event.name } }),
  };
  if (!resolved) return before ? [] : [eventFor("delivery.dead-lettered", after, origin, about, "dead")];
  if (before?.resolved?.at === resolved.at) return [];
  const { as, by, why } = resolved;
  return [eventFor(`dead-letter.${as}`, after, origin, { ...about, by, why }, resolved.at)];
}
