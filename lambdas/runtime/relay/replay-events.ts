import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { ReplayItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** The event of a replay: that it was started, once it is listed. */
export function eventsOfReplay(before: ReplayItem | undefined, after: ReplayItem): Envelope[] {
  if (after.list === undefined || before?.list !== undefined) return [];
  const { replay, requested, from, to, subscribers, events, again, dry } = after;
  const origin = { run: undefined, correlation: replay, cause: replay, hops: 0 };
  const { by, why } = requested;
  return [
    eventFor("replay.started", after, origin, { replay, from, to, subscribers, events, again, dry, by, why }),
  ];
}
