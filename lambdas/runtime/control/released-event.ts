import { ENVELOPE_KEY, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { ReactionMessage } from "../../../lib/contract/messages/message.ts";
import { REFERENCE_KEY } from "../../../lib/contract/payload.ts";
import { hasLookalike } from "../payload/offload.ts";
import { bytesOf } from "../payload/parts.ts";
import { Refusal } from "./refusal.ts";

/** It is part of the item that publishes it, which has no space for more than that and the original event. */
const LARGEST = 64 * 1024;

/**
 * A trigger's event as it is published after its release: under its own id, so that a second publication is a
 * duplicate.
 */
export function releasedEvent(event: ReactionMessage): Envelope {
  const envelope = readEnvelope(event);
  const { name, malformed } = envelope;
  if (malformed)
    throw new Refusal(`${name} cannot be published: ${malformed[0]!.message} Give a corrected payload.`);
  if (!versionOf(event))
    throw new Refusal(`The version of the corrected ${name} is unknown. Set it with "--of-version".`);
  const bytes = bytesOf(envelope);
  if (bytes > LARGEST)
    throw new Refusal(
      `${name} has ${bytes} bytes, and the maximum for a release is ${LARGEST}. Ask the sender to send it again, and discard this one.`,
    );
  // The relay would try to load the value to which it refers.
  if (hasLookalike(envelope.data))
    throw new Refusal(`${name} has a field "${REFERENCE_KEY}", which is reserved. Rename it.`);
  return envelope;
}

function versionOf({ detail }: ReactionMessage): unknown {
  return (detail as { [ENVELOPE_KEY]?: { version?: unknown } })[ENVELOPE_KEY]?.version;
}
