import { payloadDigest } from "../../../lib/contract/canonical.ts";
import type { EventContract } from "../../../lib/contract/event.ts";

/**
 * The identity of an event, as text: events with the same identity are duplicates. `event` is the envelope's
 * id.
 */
export function identityOf(event: string, data: object, { identity }: EventContract): string {
  if (identity === undefined) return event;
  return identity === "content" ? payloadDigest(data) : identity(data);
}
