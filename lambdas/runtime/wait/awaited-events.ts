import type { Envelope } from "../../../lib/contract/envelope.ts";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { awaitedEventKey, meetingKey } from "../../../lib/contract/keys/wait.ts";
import type { Signal } from "../../../lib/contract/messages/wait-message.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import type { AwaitedEventItem, Origin, RunItem, WaitKey } from "../../../lib/contract/table.ts";
import { type Noting, storedAt } from "./noting.ts";
import { endKey, signalKey } from "./wait-keys.ts";

/** An event that a producer has sent, about `key`. */
export function sentEvent({ id, name, time, data, ...envelope }: Envelope, key: string, noting: Noting) {
  const { correlation, hops, traceparent } = envelope;
  const origin = { correlation, cause: id, hops, traceparent };
  return awaitedEvent({ event: name, key }, { id, time, payload: data }, origin, noting);
}

/** A node for which other branches wait is done. */
export function signalEvent({ run, path, value }: Signal, noting: Noting): AwaitedEventItem {
  const point = signalKey(run, path);
  const time = new Date(noting.now).toISOString();
  const { correlation, event: cause, hops, traceparent } = run;
  const origin = { correlation, cause, hops, traceparent };
  return awaitedEvent(point, { id: derivedEventId(point.key), time, payload: value }, origin, noting);
}

/** A called run has ended. */
export function endEvent({ run, epoch, endedAt, event }: RunItem, noting: Noting): AwaitedEventItem {
  const { correlation, id: cause, hops, traceparent } = event;
  const about = { id: executionName(run, epoch), time: endedAt!, payload: undefined };
  return awaitedEvent(endKey(run), about, { correlation, cause, hops, traceparent }, noting);
}

function awaitedEvent(
  point: WaitKey,
  about: Pick<AwaitedEventItem, "id" | "time" | "payload">,
  { correlation, cause, hops, traceparent }: Origin,
  noting: Noting,
): AwaitedEventItem {
  return {
    ...awaitedEventKey(meetingKey(point.event, point.key), about.id),
    kind: "awaited-event",
    ...point,
    ...about,
    correlation,
    cause,
    hops,
    traceparent,
    ...storedAt(noting),
  };
}
