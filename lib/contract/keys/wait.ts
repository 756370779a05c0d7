import { digest } from "../canonical.ts";
import type { ItemKey } from "./item-key.ts";

/** The partition of the waiters and events of a name and key. A digest, since a key may be of any length. */
export function meetingKey(event: string, key: string): string {
  return `wait#${event}#${digest(key)}`;
}

/** One per wait of a run, in any epoch. Without a path, the prefix of all waits of a run. */
export function waiterKey(meeting: string, run: string, path = ""): ItemKey {
  return { pk: meeting, sk: `waiter#${run}#${path}` };
}

/** One per event, however often it is delivered. */
export function awaitedEventKey(meeting: string, event: string): ItemKey {
  return { pk: meeting, sk: `event#${digest(event)}` };
}

/** One per consumer and event. */
export function consumptionKey(meeting: string, consumer: string, event: string): ItemKey {
  return { pk: meeting, sk: `taken#${consumer}#${digest(event)}` };
}
