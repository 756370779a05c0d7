import { type BusEvent, ENVELOPE_KEY, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { ExpectedDelivery } from "./ports.ts";
import { deliveryAfter, deliveryOf } from "./receipt.ts";

/** A ledger rule's message about an event, without its payload: who must receive it, and by when. */
interface Notice extends BusEvent {
  /** Seconds that each subscriber has. */
  within: Record<string, number>;
  /** Set for an event that the bus replays from its archive; otherwise empty. */
  replay: string;
}

/**
 * The deliveries that a message of the ledger's queue expects. `sent` (epoch milliseconds) is when the bus
 * sent it: an event's own time comes from the producer. Throws if the message is not a notice.
 */
export function expectedDeliveries(body: string, sent: number, retentionDays: number): ExpectedDelivery[] {
  const { within, replay, ...event } = JSON.parse(body) as Notice;
  if (typeof within !== "object" || typeof event.id !== "string")
    throw new TypeError("The message is not what a rule of the ledger writes.");
  // A subscriber that received the event the first time receives it again now; one that did not is found by
  // the replay's own counts.
  if (replay) return [];
  const envelope = readEnvelope(withoutBlanks(event));
  return Object.entries(within).map(([subscriber, seconds]) => ({
    ...deliveryAfter(
      { ...deliveryOf(envelope, subscriber), state: "published", at: new Date(sent).toISOString() },
      retentionDays,
    ),
    revision: 1,
    dueAt: new Date(sent + seconds * 1000).toISOString(),
  }));
}

/** A field that an event lacks is an empty text in the notice. */
function withoutBlanks(event: BusEvent): BusEvent {
  const metadata = (event.detail as Record<string, unknown>)[ENVELOPE_KEY];
  return { ...event, detail: metadata === "" ? {} : event.detail };
}
