import { type BusEvent, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { ReactionMessage } from "../../../lib/contract/message.ts";
import { isReference } from "../../../lib/contract/payload.ts";
import { offload } from "../payload/offload.ts";
import { bytesOf } from "../payload/parts.ts";
import { restore } from "../payload/restore.ts";
import type { Artifacts } from "../ports.ts";

/** An event as it was delivered, whole. */
export interface DeliveredEvent {
  event: BusEvent;
  envelope: Envelope;
  /** How often it has been deferred. */
  deferred: number;
  /** Epoch milliseconds at which it came into the queue, before it was deferred. */
  sent: number;
}

/** Above this, a payload that is deferred is put into the bucket: an item of the table takes 400 KB. */
const INLINE = 32 * 1024;

/**
 * Reads a message: an event as a rule delivers it, or one that was deferred. Undefined for anything else. The fields
 * beside `detail` are the bus's and ours; no producer can write them.
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

/** The message under which an event is deferred. */
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
