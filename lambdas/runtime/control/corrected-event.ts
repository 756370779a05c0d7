import { ENVELOPE_KEY } from "../../../lib/contract/envelope.ts";
import { fieldsOf } from "../../../lib/contract/is-object.ts";
import { wellFormed } from "../../../lib/contract/malformed.ts";
import type { ReactionMessage } from "../../../lib/contract/messages/message.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { Refusal } from "./refusal.ts";

/** What an operator corrected in a quarantined event. */
export interface Correction {
  payload?: Record<string, unknown> | undefined;
  version?: number | undefined;
}

/**
 * The message that releases a quarantined event: as it arrived, except for the corrections, for metadata that
 * is not well-formed, and for the hops of a loop that a person has checked.
 */
export function correctedEvent(
  { id, name, reason, body }: QuarantineItem,
  { payload, version }: Correction,
): ReactionMessage {
  if (reason === "not-an-event")
    throw new Refusal(`Quarantine entry ${id} is not an event and cannot be released. Discard it.`);
  const { handling, ...event } = JSON.parse(body) as ReactionMessage;
  if (event.source === MILLRACE_SOURCE)
    throw new Refusal(
      `${name} was requested by Millrace, and the failure was reported to the requester. Retry that run, or start another with \`millrace start\`; discard this event.`,
    );
  const { [ENVELOPE_KEY]: written, ...data } = fieldsOf(event.detail);
  const metadata = {
    ...wellFormed(written),
    ...(version !== undefined && { version }),
    ...(reason === "loop" && { hops: 0 }),
  };
  return {
    ...event,
    // A payload in the bucket stays there, unless a correction replaces it.
    ...(payload === undefined && handling !== undefined && { handling }),
    detail: { ...(payload ?? data), ...(Object.keys(metadata).length > 0 && { [ENVELOPE_KEY]: metadata }) },
  };
}
