import { type BusEvent, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { ReactionMessage } from "../../../lib/contract/messages/message.ts";
import { isReference } from "../../../lib/contract/payload.ts";
import { offload } from "../payload/offload.ts";
import { bytesOf } from "../payload/parts.ts";
import { restore } from "../payload/restore.ts";
import type { Artifacts } from "../ports/files.ts";

/** The complete event as it was delivered. */
export interface DeliveredEvent {
  event: BusEvent;
  envelope: Envelope;
  /** How often it has been deferred. */
  deferred: number;
  /** Epoch milliseconds at which it entered the queue, before it was deferred. */
  sent: number;
}

/**
 * Above this, the payload of a deferred event is offloaded to S3: an item of the table has at most 400 KB.
 */
const INLINE = 32 * 1024;

/**
 * Parses a message: an event as a rule delivers it, or one that was deferred. Undefined for anything else.
 * Only the bus and Millrace write the fields next to `detail`; no producer can.
 */
export async function readMessage(
  { body, sent }: { body: string; sent: number },
  artifactsOf: (handling: string) => Artifacts,
): Promise<DeliveredEvent | undefined> {
  const message = parse(body);
  if (!message) return undefined;
  const { deferred = 0, handling, sent: before = sent, ...event } = message;
  if (handling !== undefined && isReference(event.detail)) {
    event.detail = JSON.parse((await restore(event.detail, artifactsOf(handling))) as string);
  }
  return { event, envelope: readEnvelope(event), deferred, sent: before };
}

/** The message of a deferred event. */
export async function deferredMessage(
  { event, deferred, sent }: DeliveredEvent,
  handling: string,
  artifacts: Artifacts,
): Promise<ReactionMessage> {
  if (bytesOf(event.detail) <= INLINE) return { ...event, deferred, sent };
  const text = JSON.stringify(event.detail);
  const options = { what: `The event ${event["detail-type"]}`, reads: [], above: INLINE, most: INLINE };
  return { ...event, deferred, sent, handling, detail: await offload(text, options, artifacts) };
}

function parse(body: string): ReactionMessage | undefined {
  try {
    const message = JSON.parse(body) as ReactionMessage | null;
    const isEvent = typeof message?.["detail-type"] === "string" && typeof message.id === "string";
    return isEvent ? message : undefined;
  } catch {
    return undefined;
  }
}
