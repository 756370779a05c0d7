import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { DeadLetterItem } from "../../../lib/contract/table.ts";
import { type Origin, tell } from "./tell.ts";

/** What a dead letter tells: that there is one, and how somebody settled it. */
export function eventsOfDeadLetter(before: DeadLetterItem | undefined, after: DeadLetterItem): Envelope[] {
  const { id, subscriber, purpose, step, run, epoch, path, event, reason, receives, settled } = after;
  const correlation = after.correlation ?? id;
  const origin: Origin = { run, correlation, cause: event?.id ?? correlation, hops: 0 };
  const about = {
    ...{ deadLetter: id, subscriber, purpose, step, run, epoch, path, reason, receives },
    ...(event && { event: { id: event.id, name: event.name } }),
  };
  if (!settled) return before ? [] : [tell("delivery.dead", after, origin, about, "dead")];
  if (before?.settled?.at === settled.at) return [];
  const { as, by, why } = settled;
  return [tell(`dead-letter.${as}`, after, origin, { ...about, by, why }, settled.at)];
}
